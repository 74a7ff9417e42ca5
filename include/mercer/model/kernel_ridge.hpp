// Kernel ridge regression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "mercer/core/checkpoint.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/gram/memory_plan.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

class CheckpointSection;
class FitWatch;
template <class T>
class MatrixFreeGram;
template <class T>
class NystromRidge;
template <class T>
struct RidgeProblem;
template <class T>
struct RidgeSolution;

/// How the linear system is solved, for n points, t outputs and D = max_i k(x_i, x_i):
///
///     cholesky            a factor in T                            n^3 / 3 flops    n^2 / 2 values
///     mixed_cholesky      a factor in float as preconditioner of   half the time    n^2 / 2 floats
///                         conjugate gradients in double
///     conjugate_gradient  a low-rank factor as preconditioner      100 products     n^2 / 2 floats
///                                                                  with K           or none
///     nystrom             NystromRidge on m centres: not f* but    n m^2 flops      3 m^2 values
///                         the best f on them
///
/// automatic takes the first line that holds:
///
///     leave_one_out                                     cholesky
///     n <= 3000, and the factor fits the budget         cholesky
///     lambda < 1e-8 D, and its factor fits the budget   cholesky
///     t > n / 600, and its factor fits the budget       mixed_cholesky; cholesky if lambda is
///                                                       less than 8 n 2^-24 D
///     n > 150 000, at the door of points                nystrom
///     all others                                        conjugate_gradient; where it has not
///                                                       converged after 300 iterations and a
///                                                       factor fits, as in the line before
///
/// For products, K is kept in tiles of floats where they fit the budget and lambda is well above
/// what their rounding does, else in tiles of doubles where they fit (double models), and else is
/// computed each time. Of a sum of weights, D here is max_i w_i k(x_i, x_i).
enum class RidgeMethod { automatic, cholesky, mixed_cholesky, conjugate_gradient, nystrom };

/// "automatic", "cholesky", "mixed cholesky", "conjugate gradient", "nystrom".
std::string to_string(RidgeMethod method);

struct KernelRidgeOptions {
  double lambda = 1.0;         // added to the diagonal of K, > 0; no factor n
  bool centre_target = true;   // fit Y minus its (weighted) mean, add the mean when predicting
  bool leave_one_out = false;  // also the leave-one-out residuals, by cholesky: doubles its flops
  RidgeMethod method = RidgeMethod::automatic;
  // Of conjugate_gradient: |f(x) - f*(x)| <= tolerance * (root of the weighted mean square of the
  // centred target), certified, for every x with k(x, x) <= D and each output; in (0, 1).
  double tolerance = 1e-4;
  index_t rank = 0;               // of its preconditioner; 0: min(10 sqrt(n), n / 5)
  index_t centres = 2000;         // of nystrom
  std::uint64_t seed = 1;         // of the pivots of its preconditioner, or of the centres
  index_t max_iterations = 1000;  // of conjugate gradients
  double time_limit = std::numeric_limits<double>::infinity();  // seconds; see fit
  int threads = 0;                                              // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;      // bytes; 0: three quarters of the machine's memory
  ProgressCallback progress = {};     // at most ten times a second, and after each iteration
  CheckpointOptions checkpoint = {};  // where a long fit goes on after an interruption
};

/// What fit will do, and the memory that it takes beside the data and the points of the model.
struct RidgePlan {
  RidgeMethod method = RidgeMethod::cholesky;
  Route route = Route::tiled;  // how K is kept: tiled, or matrix_free
  bool in_float = true;        // the tiles are of floats
  index_t rank = 0;            // of the preconditioner of conjugate_gradient; centres of nystrom
  std::size_t bytes = 0;
  std::size_t budget = 0;

  /// "conjugate gradient (K in float tiles, rank 1000): 262.00 MB of 18.90 GB"
  std::string text() const;
};

/// Kernel ridge regression, t outputs at once:
///     minimise over f in the RKHS  sum_i w_i (y_i - f(x_i))^2 + lambda ||f||^2
/// by  (W^1/2 K W^1/2 + lambda I) beta = W^1/2 (y - mean),  alpha = W^1/2 beta,
///     f(x) = mean + sum_i alpha_i k(x_i, x).
/// RidgeMethod tells how. The two methods of Cholesky are exact: to rounding in T, and to a
/// relative residual of 1e-12 or to rounding in double; conjugate_gradient is exact to its
/// tolerance. All report Certificate::prediction_error, from a last residual in double with all
/// kernel values computed anew (a given operator has its own); that of nystrom is loose, and is
/// about the distance from f* on all points. A float model meets the tolerance before its
/// coefficients are rounded, and its certificate is that of the rounded ones. The same bits for any
/// number of threads.
///
/// Leave-one-out residuals y_i - f_{-i}(x_i), each of the model refitted (its mean included)
/// without row i, in closed form (Allen 1974; Cawley & Talbot 2003): with A the matrix above,
///     (beta_i + (mean - mean_{-i}) [A^-1 W^1/2 1]_i) / (w_i^1/2 [A^-1]_ii).
template <class T = double>
class KernelRidge {
 public:
  /// Throws std::invalid_argument if lambda is not finite and positive, on other options out of
  /// range, and on leave_one_out with a method that does not give it.
  explicit KernelRidge(const Kernel& kernel, const KernelRidgeOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit KernelRidge(const KernelRidgeOptions& options);

  /// Fits to X (d x n), Y (n x t), optional weights w >= 0 (n; not all 0). A matrix without
  /// Cholesky factor is told in Report::status; then, after a stop of Cholesky, of nystrom or
  /// before the first iteration, and after an exception, the model is as it was. After a stop or
  /// the time limit between iterations it is the best so far, and the certificate is that of this
  /// model. Throws std::invalid_argument on bad input, BudgetError if the plan does not fit the
  /// budget.
  [[nodiscard]] Report fit(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights = {});

  /// As above with K over the training points, n x n and symmetric; not by nystrom.
  [[nodiscard]] Report fit(const GramOperator<T>& K, const Mat<T>& Y,
                           const Col<double>& weights = {});

  /// What fit would do with these points or this operator, and t outputs. Throws BudgetError as
  /// fit.
  RidgePlan plan(const Mat<T>& X, index_t outputs = 1) const;
  RidgePlan plan(const GramOperator<T>& K, index_t outputs = 1) const;

  /// The same from the sizes alone, for n points of d features whose k(x, x) is that of a point
  /// with all features 1: about what they have once a Scaler has brought them to deviation 1.
  RidgePlan plan(index_t n, index_t d, index_t outputs) const;

  /// f at the columns of X_new (d x m): m x t. Throws LogicError before fit.
  Mat<T> predict(const Mat<T>& X_new) const;

  /// f from K_new, m x n: a row per new point, a column per training point.
  Mat<T> predict(const GramOperator<T>& K_new) const;

  bool is_fitted() const { return fitted_.has_value(); }
  index_t dim() const;                            // d; 0 after the operator door
  const Kernel& kernel() const;                   // LogicError if the model was made without
  const Mat<T>& coefficients() const;             // alpha: n x t; m x t of nystrom
  const NystromRidge<T>* nystrom() const;         // the model on centres, or null
  const arma::rowvec& target_means() const;       // t; zeros without centre_target
  const Mat<T>& leave_one_out_residuals() const;  // n x t; LogicError if not asked for
  const KernelRidgeOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  struct Fitted {
    Mat<T> alpha;
    arma::rowvec means;
    Mat<T> leave_one_out;
    Mat<T> points;  // d x n, or the centres; empty after the operator door
    std::shared_ptr<const NystromRidge<T>> nystrom;
  };
  const Fitted& fitted(const char* where) const;
  MatrixFreeGram<T> operator_on(const std::string& where, const Mat<T>& X) const;
  Report fit_operator(const GramOperator<T>& K, const Mat<T>& Y, const Col<double>& weights,
                      const Mat<T>& points);
  bool takes_nystrom(index_t n) const;
  NystromRidge<T> nystrom_model() const;
  Report fit_nystrom(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights);
  RidgePlan nystrom_plan(index_t n, index_t d, index_t outputs) const;
  RidgeSolution<T> solve(const RidgeProblem<T>& problem, const RidgePlan& plan, FitWatch& watch,
                         const CheckpointSection& section) const;

  std::optional<AnyKernel> kernel_;
  KernelRidgeOptions options_;
  std::optional<Fitted> fitted_;
};

/// The certificate of a fitted model, recomputed in double from the model and its training data.
/// Its prediction_error is that of the residual alone; where K was not stored, that of fit also
/// knows the preconditioner and may be smaller.
/// Throws std::invalid_argument if the data are not of the sizes that the model was fitted to.
template <class T>
Certificate verify(const KernelRidge<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights = {});

/// As above, from the points: X is d x n.
template <class T>
Certificate verify(const KernelRidge<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights = {});

}  // namespace mercer
