// Kernel ridge regression.
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

struct KernelRidgeOptions {
  double lambda = 1.0;             // added to the diagonal of K, > 0; no factor n
  bool centre_target = true;       // fit Y minus its (weighted) mean, add the mean when predicting
  bool leave_one_out = false;      // also the leave-one-out residuals: doubles the flops of fit
  int threads = 0;                 // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;   // bytes; 0: three quarters of the machine's memory
  ProgressCallback progress = {};  // see CholeskyOptions; stopping leaves the model as it was
};

/// Kernel ridge regression, t outputs at once:
///     minimise over f in the RKHS  sum_i w_i (y_i - f(x_i))^2 + lambda ||f||^2
/// by  (W^1/2 K W^1/2 + lambda I) beta = W^1/2 (y - mean),  alpha = W^1/2 beta,
///     f(x) = mean + sum_i alpha_i k(x_i, x).
/// Solver: Cholesky, n^3 / 3 flops, one n x n matrix. The same bits for any number of threads.
///
/// Leave-one-out residuals y_i - f_{-i}(x_i), each of the model refitted (its mean included)
/// without row i, in closed form (Allen 1974; Cawley & Talbot 2003): with A the matrix above,
///     (beta_i + (mean - mean_{-i}) [A^-1 W^1/2 1]_i) / (w_i^1/2 [A^-1]_ii).
template <class T = double>
class KernelRidge {
 public:
  /// Throws std::invalid_argument if lambda is not finite and positive.
  explicit KernelRidge(const Kernel& kernel, const KernelRidgeOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit KernelRidge(const KernelRidgeOptions& options);

  /// Fits to X (d x n), Y (n x t), optional weights w >= 0 (n; not all 0). A matrix without
  /// Cholesky factor or a stop is told in Report::status; then, and after an exception, the model
  /// is as it was. Throws std::invalid_argument on bad input, BudgetError if K does not fit into
  /// the budget.
  [[nodiscard]] Report fit(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights = {});

  /// As above with K over the training points, n x n and symmetric.
  [[nodiscard]] Report fit(const GramOperator<T>& K, const Mat<T>& Y,
                           const Col<double>& weights = {});

  /// f at the columns of X_new (d x m): m x t. Throws LogicError before fit.
  Mat<T> predict(const Mat<T>& X_new) const;

  /// f from K_new, m x n: a row per new point, a column per training point.
  Mat<T> predict(const GramOperator<T>& K_new) const;

  bool is_fitted() const { return fitted_.has_value(); }
  index_t dim() const;                            // d; 0 after the operator door
  const Kernel& kernel() const;                   // LogicError if the model was made without
  const Mat<T>& coefficients() const;             // alpha: n x t
  const arma::rowvec& target_means() const;       // t; zeros without centre_target
  const Mat<T>& leave_one_out_residuals() const;  // n x t; LogicError if not asked for
  const KernelRidgeOptions& options() const { return options_; }

 private:
  struct Fitted {
    Mat<T> alpha;
    arma::rowvec means;
    Mat<T> leave_one_out;
    Mat<T> points;  // d x n; empty after the operator door
  };
  const Fitted& fitted(const char* where) const;
  Report fit_operator(const GramOperator<T>& K, const Mat<T>& Y, const Col<double>& weights,
                      const Mat<T>& points);

  std::optional<AnyKernel> kernel_;
  KernelRidgeOptions options_;
  std::optional<Fitted> fitted_;
};

/// The certificate of a fitted model, recomputed in double from the model and its training data.
/// Throws std::invalid_argument if the data are not of the sizes that the model was fitted to.
template <class T>
Certificate verify(const KernelRidge<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights = {});

/// As above, from the points: X is d x n.
template <class T>
Certificate verify(const KernelRidge<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights = {});

}  // namespace mercer
