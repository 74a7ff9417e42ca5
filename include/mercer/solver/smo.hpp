// The dual of the C-support vector machine by sequential minimal optimisation.
#pragma once

#include <cstddef>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

struct SmoOptions {
  double tolerance = 1e-3;         // stop at m - M <= tolerance, in units of y; LIBSVM's rule
  bool shrinking = true;           // leave out variables that sit at a bound
  std::size_t memory_budget = 0;   // bytes of the column cache; 0: 3/4 of the machine's memory
  index_t max_iterations = 0;      // 0: max(10^7, 100 n)
  ProgressCallback progress = {};  // every 50 ms; the criterion is m - M
};

/// The solution of one two-class problem.
struct SmoSolution {
  Col<double> beta;  // n; beta_i = y_i alpha_i, so that f(x) = sum_i beta_i k(x_i, x) + bias
  double bias = 0;
  Report report;  // with the certificate; residual is m - M when the solver ended
};

/// Minimises  1/2 alpha' Q alpha - sum_i alpha_i,  0 <= alpha_i <= C_i,  sum_i y_i alpha_i = 0,
/// Q_ij = y_i y_j K_ij, with second-order working set selection (Fan, Chen, Lin 2005), shrinking
/// and a column cache.
///
/// Written in beta = y alpha, where lo_i <= beta_i <= hi_i is [0, C_i] or [-C_i, 0] and the
/// gradient is F = y - K beta. With I_up = {beta_i < hi_i}, I_low = {beta_i > lo_i}:
///     i = argmax_{I_up} F,  m = F_i;   M = min_{I_low} F;   stop when m - M <= tolerance
///     j = argmax over I_low, F_j < m, of (m - F_j)^2 / a_ij,  a_ij = K_ii + K_jj - 2 K_ij
///     step = min((m - F_j) / a_ij, hi_i - beta_i, beta_j - lo_j)
///     beta_i += step,  beta_j -= step,  F -= step (K_i - K_j)
/// F, beta and the stopping rule are in double whatever T is.
///
///     kernel values               when
///     all, computed at once       n <= 8192 and n^2 values fit into memory_budget
///     columns, in a ColumnCache   otherwise
///
/// K: n x n, y: n labels +1 or -1, C: n upper bounds >= 0 (0 leaves a row out).
/// Throws std::invalid_argument on sizes, labels and bounds that do not fit, and where a kernel
/// value is not finite.
template <class T>
SmoSolution solve_smo(const GramOperator<T>& K, const Col<double>& y, const Col<double>& C,
                      const SmoOptions& options = {});

/// The certificate of (beta, bias), from K in double by products: nothing of the solver is used.
/// Weak duality holds for feasible beta only: where some y_i beta_i is outside of [0, C_i] (by more
/// than 1e-9 C_i) or sum_i beta_i is not 0 (to 1e-9 sum_i |beta_i|), the dual objective is -inf,
/// gap and violation are inf. Throws std::invalid_argument on sizes that do not fit.
template <class T>
Certificate svm_certificate(const GramOperator<T>& K, const Col<double>& y, const Col<double>& C,
                            const Col<double>& beta, double bias);

}  // namespace mercer
