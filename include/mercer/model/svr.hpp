// Support vector regression.
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

struct SvrOptions {
  double C = 1.0;              // price of a unit of error beyond the tube, > 0
  double epsilon = 0.1;        // half width of the tube, in units of y, >= 0
  double nu = 0;               // in (0, 1]: nu-SVR, which finds epsilon; 0: epsilon-SVR
  double tolerance = 1e-3;     // largest KKT violation, in units of y, as in LIBSVM
  double relative_gap = 0;     // if positive: a duality gap of at most this times |D|, too
  index_t max_iterations = 0;  // 0: max(10^7, 100 n)
  double time_limit = std::numeric_limits<double>::infinity();  // seconds
  int threads = 0;                                              // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;      // bytes of kernel values; 0: 3/4 of the machine's memory
  ProgressCallback progress = {};     // a stop leaves the best model so far
  CheckpointOptions checkpoint = {};  // where a long fit goes on after an interruption
};

/// Support vector regression:
///     minimise  1/2 ||w||^2 + sum_i C_i max(0, |y_i - f(x_i)| - epsilon),  f(x) = <w, phi(x)> +
///     bias,
/// C_i = C * weight of the row (Drucker et al. 1997). With nu, epsilon is free and costs
/// nu sum_i C_i epsilon: at most a share nu of the rows lies outside of the tube, at least a share
/// nu is support (Scholkopf et al. 2000; shares of the weights). Solver: solve_svm.
template <class T = double>
class Svr : public SupportModel<T> {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit Svr(const Kernel& kernel, const SvrOptions& options = {});

  /// Without a kernel: for precomputed matrices and other operators.
  explicit Svr(const SvrOptions& options);

  /// Fits to X (d x n, or a view of points, such as a sparse matrix) with targets y (n), optional
  /// weights >= 0 (n). Throws std::invalid_argument on bad input; the model is as it was then.
  [[nodiscard]] Report fit(const Mat<T>& X, const Col<double>& y, const Col<double>& weights = {}) {
    return fit(Points<T>(X), y, weights);
  }
  [[nodiscard]] Report fit(Points<T> X, const Col<double>& y, const Col<double>& weights = {});

  /// The second door: K is n x n on the training points.
  [[nodiscard]] Report fit(const GramOperator<T>& K, const Col<double>& y,
                           const Col<double>& weights = {});

  /// As fit, beginning at the solution that `start` has for the same rows: C, epsilon, nu, the
  /// kernel, y or the weights may be others, and one of the two may be a nu-SVR. Coefficients at
  /// their bound go to the new one, the others stay if they can; start may be this model. The
  /// solution is that of fit to the tolerance, not to the bit.
  /// Throws std::invalid_argument if start has support beyond the rows, LogicError if it is not
  /// fitted.
  [[nodiscard]] Report fit_from(const Svr& start, Points<T> X, const Col<double>& y,
                                const Col<double>& weights = {});
  [[nodiscard]] Report fit_from(const Svr& start, const Mat<T>& X, const Col<double>& y,
                                const Col<double>& weights = {}) {
    return fit_from(start, Points<T>(X), y, weights);
  }
  [[nodiscard]] Report fit_from(const Svr& start, const GramOperator<T>& K, const Col<double>& y,
                                const Col<double>& weights = {});

  /// f of the columns of X_new (d x m), or from K_new, m x n_support: K(X_new, X(:,
  /// support_indices())). Throws LogicError before fit.
  Col<T> predict(const Mat<T>& X_new) const { return predict(Points<T>(X_new)); }
  Col<T> predict(Points<T> X_new) const;
  Col<T> predict(const GramOperator<T>& K_new) const;

  double epsilon() const;  // of the tube; found by nu-SVR
  const SvrOptions& options() const { return options_; }

 private:
  template <class Model>
  friend struct ModelDescription;
  Report fit_operator(const GramOperator<T>& K, const Col<double>& y, const Col<double>& weights,
                      const Points<T>* X, const Svr* start);

  SvrOptions options_;
  double epsilon_ = 0;
};

/// The certificate of a fitted model, recomputed in double from the model and its training data; of
/// nu-SVR as that of epsilon-SVR with the epsilon found.
template <class T>
Certificate verify(const Svr<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const Col<double>& y, const Col<double>& weights = {});
template <class T>
Certificate verify(const Svr<T>& model, const std::type_identity_t<Points<T>>& X,
                   const Col<double>& y, const Col<double>& weights = {});
template <class T>
Certificate verify(const Svr<T>& model, const std::type_identity_t<Mat<T>>& X, const Col<double>& y,
                   const Col<double>& weights = {}) {
  return verify(model, Points<T>(X), y, weights);
}

}  // namespace mercer
