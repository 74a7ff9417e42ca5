// The solver of support vector machines.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/solver/svm_dual.hpp"

namespace mercer {

struct SvmOptions {
  double tolerance = 1e-3;        // stop at m - M <= tolerance, in units of y; LIBSVM's rule
  double relative_gap = 0;        // if positive: and at a duality gap <= this times |D|
  std::size_t memory_budget = 0;  // bytes of kernel values; 0: 3/4 of the machine's memory
  int threads = 0;                // 0: omp_get_max_threads()
  index_t max_iterations = 0;     // steps of two variables; 0: max(10^7, 100 N)
  double time_limit = std::numeric_limits<double>::infinity();  // seconds
  // Every 20 ms, also within long work, and after 32 steps or a fourth of those made; the criterion
  // is m - M.
  ProgressCallback progress = {};
};

/// The solution of one dual problem.
struct SvmSolution {
  Col<double> beta;  // N
  // f(x) = sum_i beta_i k(x_i, x) + bias; of the first group and of the second if there are two
  double bias = 0;
  double second_bias = 0;
  Col<double> gradient;  // F = linear - K beta, N
  Report report;         // with the certificate; residual is m - M when the solver ended
};

/// Kernel values of a problem that are there already: float_column[g][i] are those of variable i
/// with the variables of group g, rounded. After its last value, each may be read for `room` floats
/// more, which must be finite.
struct StoredColumns {
  static constexpr index_t room = 16;
  /// From a column to the next for columns of so many values with room behind each.
  static constexpr index_t stride(index_t rows) { return (rows + room + 15) / 16 * 16; }

  std::array<std::vector<const float*>, 2> float_column;
  Col<double> diagonal;  // of each variable
  // K beta from values that are not rounded; empty: they are computed when needed.
  std::function<Col<double>(const Col<double>& beta)> sums;
  // Whether the floats stand for K: F is never computed afresh, and the certificate is that of the
  // problem with these floats. Both change f by at most 2^-24 max |K_ij| sum |beta_j|.
  bool final = false;
  Col<double> gradient;  // with `final`: F of the start, N; empty: from the floats
};

/// Maximises D by sequential minimal optimisation in blocks. With the gradient F = linear - K beta,
/// up_i = tube where beta_i < 0, -tube where 0 <= beta_i < high_i, -inf at high_i, and down_i
/// likewise, in each group:
///     m = max (F + up),   M = min (F + down),   stop when m - M <= tolerance;
/// a step takes i = argmax (F + up) and the j with the largest gain (m - F_j - down_j)^2 / a_ij,
/// a_ij = K_ii + K_jj - 2 K_ij (Fan, Chen, Lin 2005), and moves beta_i up and beta_j down by the
/// same length, to the optimum or to the next bound or kink.
///
///     variables    kernel values                           steps
///     N <= 6144    all of K, in float                      over all variables
///     more, and values of up to 32 features:
///                  computed when needed, by blocks in      within blocks of 256 to 4096 variables,
///                  float, for F by products in double      the worst violators and the free ones
///                                                          of the last block (Joachims 1998)
///     more, and values of more features:
///                  columns as they are asked for, in       within blocks of 64 to 512
///                  float
///     then         all of K, once a sixteenth of the       over all variables
///                  columns is there or blocks hold little
///                  but free variables, if all fit; or if
///                  it is given
///
/// (What to do beyond, where even columns are too much, stands in the table of Svc.)
///
/// Where all of K is there and few variables are active (free, or at a bound with a gradient
/// between m and M), their kernel values are copied side by side and steps go over them alone,
/// until m - M is a tenth; then the gradients of all are brought up to date (shrinking, Joachims
/// 1998). Where steps of two variables have taken three times as long as one of Newton's method
/// over all free variables would, that one is made: it ends what small curvatures make long.
///
/// F, beta, objective and stopping rule are in double. Kernel values in memory are floats; before
/// the solver ends, F is computed afresh from kernel values in double, and it goes on if the
/// stopping rule does not hold for that F, so that the rounding to float is gone from the solution.
///
/// The callback ends the work within 100 ms on K of some thousand rows, also while kernel values
/// are computed, and the time limit does so but for the last gradient, which takes n n_support
/// kernel values in double. After a stop there is no time for that if they are more than 2^23:
/// the certificate is then from the gradient of the steps, whose kernel
/// values were rounded to float, and the message of the report says so; svm_certificate has the
/// exact one. (It differs where the rounding of K, 2^-24 of a value, is not small beside 1: some
/// 6 % of the gap, and up to half of the violation, for the linear kernel with features of up to
/// 15841 and C = 1e6.) The gap is inf if a
/// start other than 0 has no gradient yet.
///
/// K: n x n; the same bits for any number of threads, unless a limit or the callback stops it.
/// Throws std::invalid_argument on options and sizes that do not fit; NonFiniteError on kernel
/// values that are not finite or beyond the range of float; BudgetError, with the bytes of two
/// columns and of all in the message, if the budget is less than two columns.
/// stored: kernel values that are there already; nothing of K is computed in float then.
template <class T>
SvmSolution solve_svm(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options = {},
                      const StoredColumns* stored = nullptr);

/// The certificate of (beta, biases), from K in double by products: nothing of the solver is used.
/// The gap is sum_i max_b ((F_i - bias) (b - beta_i) - tube (|b| - |beta_i|)), low_i <= b <=
/// high_i: for C-SVC and epsilon-SVR, the gap between the primal problem at (f, bias) and the dual.
/// Weak duality holds for feasible beta only: where some beta_i is outside of its bounds (by more
/// than 1e-9 of them) or a group has another sum than at the start (by more than 1e-9 of sum |beta|
/// and |start|), the dual objective is -inf, gap and violation are inf.
/// Throws std::invalid_argument on sizes that do not fit.
template <class T>
Certificate svm_certificate(const GramOperator<T>& K, const SvmDual& dual, const Col<double>& beta,
                            double bias, double second_bias = 0);

}  // namespace mercer
