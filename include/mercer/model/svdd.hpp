// Support vector data description.
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

struct SvddOptions {
  double nu = 0.5;  // in (0, 1]: at most this share of the rows is outside, at least it is support
  double tolerance = 1e-3;     // largest KKT violation, in units of half a squared distance
  double relative_gap = 0;     // if positive: a duality gap of at most this times |D|, too
  index_t max_iterations = 0;  // 0: max(10^7, 100 n)
  double time_limit = std::numeric_limits<double>::infinity();  // seconds
  int threads = 0;                                              // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;      // bytes of kernel values; 0: 3/4 of the machine's memory
  ProgressCallback progress = {};     // a stop leaves the best model so far
  CheckpointOptions checkpoint = {};  // where a long fit goes on after an interruption
};

/// The smallest ball around the training rows in feature space that may leave some out (Tax & Duin
/// 2004): its centre is a = sum_i beta_i phi(x_i), with 0 <= beta_i <= w_i / (nu sum w), sum_i
/// beta_i = 1, its radius R that of the rows between the bounds. Decision values are
///     f(x) = R^2 - ||phi(x) - a||^2 = R^2 - k(x, x) + 2 sum_i beta_i k(x_i, x) - sum_ij beta_i
///            beta_j k(x_i, x_j),
/// negative outside. For kernels with constant k(x, x), as Rbf, a one-class machine with the same
/// nu has the same signs. Solver: solve_svm.
template <class T = double>
class Svdd : public SupportModel<T> {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit Svdd(const Kernel& kernel, const SvddOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit Svdd(const SvddOptions& options);

  /// Fits to X (d x n, or a view of points, such as a sparse matrix), optional weights >= 0 (n).
  /// Throws std::invalid_argument on bad input; the model is as it was then.
  [[nodiscard]] Report fit(const Mat<T>& X, const Col<double>& weights = {}) {
    return fit(Points<T>(X), weights);
  }
  [[nodiscard]] Report fit(Points<T> X, const Col<double>& weights = {});

  /// The second door: K is n x n on the training points.
  [[nodiscard]] Report fit(const GramOperator<T>& K, const Col<double>& weights = {});

  /// f of the columns of X_new (d x m), or from K_new, m x n_support, with the k(x, x) of the new
  /// points (m). Throws LogicError before fit.
  Col<T> decision_values(const Mat<T>& X_new) const { return decision_values(Points<T>(X_new)); }
  Col<T> decision_values(Points<T> X_new) const;
  Col<T> decision_values(const GramOperator<T>& K_new, const Col<T>& diagonal) const;

  /// +1 inside of the ball (f > 0), -1 outside.
  arma::ivec predict(const Mat<T>& X_new) const { return predict(Points<T>(X_new)); }
  arma::ivec predict(Points<T> X_new) const;
  arma::ivec predict(const GramOperator<T>& K_new, const Col<T>& diagonal) const;

  // bias() is that of sum_i beta_i k(x_i, x) + bias, half of f without - k(x, x).
  double squared_radius() const;  // R^2
  const SvddOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  Report fit_operator(const GramOperator<T>& K, const Col<double>& weights, const Points<T>* X);

  SvddOptions options_;
  double centre_norm_ = 0;  // ||a||^2
};

/// The certificate of a fitted model, recomputed in double from the model and its training data.
template <class T>
Certificate verify(const Svdd<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const Col<double>& weights = {});
template <class T>
Certificate verify(const Svdd<T>& model, const std::type_identity_t<Points<T>>& X,
                   const Col<double>& weights = {});
template <class T>
Certificate verify(const Svdd<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const Col<double>& weights = {}) {
  return verify(model, Points<T>(X), weights);
}

}  // namespace mercer
