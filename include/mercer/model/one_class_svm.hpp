// The one-class support vector machine.
#pragma once

#include <cstddef>
#include <limits>
#include <type_traits>

#include "mercer/core/checkpoint.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/model/support_model.hpp"
#include "mercer/tile/points.hpp"

namespace mercer {

struct OneClassSvmOptions {
  double nu = 0.5;  // in (0, 1]: at most this share of the rows is outside, at least it is support
  double tolerance = 1e-3;     // largest KKT violation, as in LIBSVM; decision values grow with n
  double relative_gap = 0;     // if positive: a duality gap of at most this times |D|, too
  index_t max_iterations = 0;  // 0: max(10^7, 100 n)
  double time_limit = std::numeric_limits<double>::infinity();  // seconds
  int threads = 0;                                              // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;      // bytes of kernel values; 0: 3/4 of the machine's memory
  ProgressCallback progress = {};     // a stop leaves the best model so far
  CheckpointOptions checkpoint = {};  // where a long fit goes on after an interruption
};

/// Novelty detection by a half-space far from the origin (Scholkopf et al. 2001):
///     f(x) = sum_i beta_i k(x_i, x) + bias,   0 <= beta_i <= w_i,   sum_i beta_i = nu sum_i w_i,
/// f < 0 for what is unlike the training rows; scaled as LIBSVM does. Solver: solve_svm.
template <class T = double>
class OneClassSvm : public SupportModel<T> {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit OneClassSvm(const Kernel& kernel, const OneClassSvmOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit OneClassSvm(const OneClassSvmOptions& options);

  /// Fits to X (d x n, or a view of points, such as a sparse matrix), optional weights >= 0 (n).
  /// Throws std::invalid_argument on bad input; the model is as it was then.
  [[nodiscard]] Report fit(const Mat<T>& X, const Col<double>& weights = {}) {
    return fit(Points<T>(X), weights);
  }
  [[nodiscard]] Report fit(Points<T> X, const Col<double>& weights = {});

  /// The second door: K is n x n on the training points.
  [[nodiscard]] Report fit(const GramOperator<T>& K, const Col<double>& weights = {});

  /// f of the columns of X_new (d x m), or from K_new, m x n_support: K(X_new, X(:,
  /// support_indices())). Throws LogicError before fit.
  Col<T> decision_values(const Mat<T>& X_new) const { return decision_values(Points<T>(X_new)); }
  Col<T> decision_values(Points<T> X_new) const;
  Col<T> decision_values(const GramOperator<T>& K_new) const;

  /// +1 for what is like the training rows (f > 0), -1 for the others.
  arma::ivec predict(const Mat<T>& X_new) const { return predict(Points<T>(X_new)); }
  arma::ivec predict(Points<T> X_new) const;
  arma::ivec predict(const GramOperator<T>& K_new) const;

  const OneClassSvmOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  Report fit_operator(const GramOperator<T>& K, const Col<double>& weights, const Points<T>* X);

  OneClassSvmOptions options_;
};

/// The certificate of a fitted model, recomputed in double from the model and its training data.
template <class T>
Certificate verify(const OneClassSvm<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const Col<double>& weights = {});
template <class T>
Certificate verify(const OneClassSvm<T>& model, const std::type_identity_t<Points<T>>& X,
                   const Col<double>& weights = {});
template <class T>
Certificate verify(const OneClassSvm<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const Col<double>& weights = {}) {
  return verify(model, Points<T>(X), weights);
}

}  // namespace mercer
