#include "mercer/model/kernel_ridge.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/solver/cholesky.hpp"
#include "model/leave_one_out.hpp"
#include "model/new_points.hpp"
#include "model/ridge_certificate.hpp"
#include "model/row_weights.hpp"

namespace mercer {
namespace {

// K <- W^1/2 K W^1/2 + lambda I.
template <class T>
void make_regularised(SymmetricTiles<T>& K, const Col<double>& root_w, double lambda, int threads) {
  if (arma::any(root_w != 1)) {
    parallel_for(K.count(), threads, [&](index_t c, int) {
      for (index_t r = 0; r <= c; ++r) {
        const Tile<T> tile = K.tile(r, c);
        const double* rows = root_w.memptr() + K.range(r).begin;
        for (index_t j = 0; j < tile.cols; ++j) {
          const double weight = root_w(K.range(c).begin + j);
          for (index_t i = 0; i < tile.rows; ++i) {
            tile.column(j)[i] *= static_cast<T>(rows[i] * weight);
          }
        }
      }
    });
  }
  for (index_t j = 0; j < K.n(); ++j) K.at(j, j) += static_cast<T>(lambda);
}

}  // namespace

template <class T>
KernelRidge<T>::KernelRidge(const Kernel& kernel, const KernelRidgeOptions& options)
    : KernelRidge(options) {
  kernel_ = kernel;
}

template <class T>
KernelRidge<T>::KernelRidge(const KernelRidgeOptions& options) : options_(options) {
  require_positive("KernelRidge: lambda", options.lambda);
  resolve_threads(options.threads, "KernelRidge");
}

template <class T>
Report KernelRidge<T>::fit(const Mat<T>& X, const Mat<T>& Y, const Col<double>& weights) {
  if (!kernel_) throw LogicError("KernelRidge::fit: the model has no kernel; give it an operator");
  require_points("KernelRidge::fit", "X", X);
  require_finite("KernelRidge::fit", "X", X);
  const MatrixFreeGram<T> K(*kernel_, X,
                            {.threads = options_.threads, .memory_budget = options_.memory_budget});
  return fit_operator(K, Y, weights, X);
}

template <class T>
Report KernelRidge<T>::fit(const GramOperator<T>& K, const Mat<T>& Y, const Col<double>& weights) {
  return fit_operator(K, Y, weights, {});
}

template <class T>
Report KernelRidge<T>::fit_operator(const GramOperator<T>& K, const Mat<T>& Y,
                                    const Col<double>& weights, const Mat<T>& points) {
  const auto start = std::chrono::steady_clock::now();
  const index_t n = K.n_rows();
  require_columns("KernelRidge::fit", "K", K.n_cols(), n, "one per training point");
  require_rows("KernelRidge::fit", "Y", Y.n_rows, n, "one per point");
  if (n == 0 || Y.n_cols == 0) throw std::invalid_argument("KernelRidge::fit: Y is empty");
  require_finite("KernelRidge::fit", "Y", Y);
  const Col<double> w = row_weights("KernelRidge::fit", weights, n);
  if (options_.leave_one_out && arma::accu(w > 0) < 2) {
    throw std::invalid_argument("KernelRidge::fit: leave_one_out needs two points with weight");
  }
  require_budget(
      "KernelRidge::fit",
      "one half of the " + std::to_string(n) + " x " + std::to_string(n) + " kernel values",
      SymmetricTiles<T>::bytes_for(n), options_.memory_budget);

  Report report;
  report.method = "cholesky";
  report.threads = resolve_threads(options_.threads);
  report.entry_error = K.entry_error();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };

  const Col<double> root_w = arma::sqrt(w);
  const T lambda = static_cast<T>(options_.lambda);
  if (!std::isfinite(lambda) || lambda == 0 || !std::isfinite(static_cast<T>(w.max()))) {
    throw std::invalid_argument(
        "KernelRidge::fit: lambda and the weights must be in the range of the model's type, lambda "
        "is " +
        shortest(options_.lambda) + ", the largest weight " + shortest(w.max()));
  }
  SymmetricTiles<T> A;
  K.tiles(A);
  require_finite("KernelRidge::fit", "K", A, options_.threads);
  make_regularised(A, root_w, options_.lambda, options_.threads);
  ProgressCallback progress;
  if (options_.progress) {
    progress = [&](Progress state) {
      state.seconds = seconds();  // since the start of fit, not of the factorisation
      return options_.progress(state);
    };
  }
  const CholeskyFactor<T> factor(std::move(A), {.threads = options_.threads, .progress = progress});
  report.status = factor.status();
  report.seconds = seconds();
  if (report.status == Status::stopped) {
    report.message = "KernelRidge::fit: stopped by the progress callback; the model is as it was";
    return report;
  }
  if (report.status == Status::not_positive_definite) {
    report.message =
        "KernelRidge::fit: K + lambda I is not positive definite, its leading minor of "
        "order " +
        std::to_string(factor.failed_minor()) + " is not; enlarge lambda (now " +
        shortest(options_.lambda) + ") or take a positive definite kernel";
    return report;
  }

  Fitted result;
  result.means =
      options_.centre_target ? weighted_means(Y, w) : arma::rowvec(Y.n_cols, arma::fill::zeros);
  Mat<T> beta(n, Y.n_cols + (options_.leave_one_out ? 1 : 0), arma::fill::none);
  for (index_t i = 0; i < n; ++i) {
    for (index_t t = 0; t < Y.n_cols; ++t) {
      beta(i, t) = static_cast<T>(root_w(i) * (static_cast<double>(Y(i, t)) - result.means(t)));
    }
    if (options_.leave_one_out) beta(i, Y.n_cols) = static_cast<T>(root_w(i));
  }
  factor.solve(beta);
  result.alpha.set_size(n, Y.n_cols);
  for (index_t t = 0; t < Y.n_cols; ++t) {
    for (index_t i = 0; i < n; ++i) {
      result.alpha(i, t) = static_cast<T>(root_w(i)) * beta(i, t);
    }
  }
  if (options_.leave_one_out) {
    Mat<T> residuals;
    if (arma::any(w == 0)) {
      K.multiply(result.alpha, residuals);
      residuals = Y - residuals;
      residuals.each_row() -= arma::conv_to<arma::Row<T>>::from(result.means);
    }
    result.leave_one_out =
        leave_one_out<T>(Y, residuals, w, beta, beta.col(Y.n_cols), factor.inverse_diagonal(),
                         result.means, options_.centre_target);
  }
  report.certificate = ridge_certificate(K, Y, w, result.alpha, result.means, options_.lambda);
  report.residual = report.certificate.relative_residual;
  report.iterations = 1;
  if (!result.alpha.is_finite() || !result.means.is_finite() || !std::isfinite(report.residual)) {
    report.status = Status::not_finite;
    report.message =
        "KernelRidge::fit: a number overflowed; bring Y and the weights to a smaller scale";
    report.seconds = seconds();
    return report;
  }
  result.points = points;
  fitted_ = std::move(result);
  report.seconds = seconds();
  return report;
}

template <class T>
index_t KernelRidge<T>::dim() const {
  return fitted("KernelRidge::dim").points.n_rows;
}

template <class T>
const Kernel& KernelRidge<T>::kernel() const {
  if (!kernel_) throw LogicError("KernelRidge::kernel: the model was made without a kernel");
  return *kernel_;
}

template <class T>
const typename KernelRidge<T>::Fitted& KernelRidge<T>::fitted(const char* where) const {
  if (!fitted_) throw LogicError(std::string(where) + ": the model is not fitted");
  return *fitted_;
}

template <class T>
Mat<T> KernelRidge<T>::predict(const Mat<T>& X_new) const {
  const Fitted& model = fitted("KernelRidge::predict");
  require_new_points<T>("KernelRidge::predict", X_new, model.points.n_rows);
  return predict(MatrixFreeGram<T>(*kernel_, X_new, model.points, {.threads = options_.threads}));
}

template <class T>
Mat<T> KernelRidge<T>::predict(const GramOperator<T>& K_new) const {
  const Fitted& model = fitted("KernelRidge::predict");
  require_columns("KernelRidge::predict", "K_new", K_new.n_cols(), model.alpha.n_rows,
                  "one per training point");
  Mat<T> out;
  K_new.multiply(model.alpha, out);
  for (index_t t = 0; t < out.n_cols; ++t) {
    for (index_t i = 0; i < out.n_rows; ++i) out(i, t) += static_cast<T>(model.means(t));
  }
  return out;
}

template <class T>
const Mat<T>& KernelRidge<T>::coefficients() const {
  return fitted("KernelRidge::coefficients").alpha;
}

template <class T>
const arma::rowvec& KernelRidge<T>::target_means() const {
  return fitted("KernelRidge::target_means").means;
}

template <class T>
const Mat<T>& KernelRidge<T>::leave_one_out_residuals() const {
  const Mat<T>& residuals = fitted("KernelRidge::leave_one_out_residuals").leave_one_out;
  if (residuals.is_empty()) {
    throw LogicError("KernelRidge::leave_one_out_residuals: set options.leave_one_out before fit");
  }
  return residuals;
}

template <class T>
Certificate verify(const KernelRidge<T>& model, const std::type_identity_t<GramOperator<T>>& K,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights) {
  const Mat<T>& alpha = model.coefficients();
  require_rows("verify", "K", K.n_rows(), alpha.n_rows, "one per training point");
  require_columns("verify", "K", K.n_cols(), alpha.n_rows, "one per training point");
  require_rows("verify", "Y", Y.n_rows, alpha.n_rows, "one per training point");
  require_columns("verify", "Y", Y.n_cols, alpha.n_cols, "one per output");
  return ridge_certificate(K, Y, row_weights("verify", weights, alpha.n_rows), alpha,
                           model.target_means(), model.options().lambda);
}

template <class T>
Certificate verify(const KernelRidge<T>& model, const std::type_identity_t<Mat<T>>& X,
                   const std::type_identity_t<Mat<T>>& Y, const Col<double>& weights) {
  const Kernel& kernel = model.kernel();
  require_rows("verify", "X", X.n_rows, model.dim(), "one per feature; one column per point");
  return verify(model, MatrixFreeGram<T>(kernel, X, {.threads = model.options().threads}), Y,
                weights);
}

#define MERCER_INSTANTIATE(T)                                                               \
  template class KernelRidge<T>;                                                            \
  template Certificate verify(const KernelRidge<T>&, const GramOperator<T>&, const Mat<T>&, \
                              const Col<double>&);                                          \
  template Certificate verify(const KernelRidge<T>&, const Mat<T>&, const Mat<T>&,          \
                              const Col<double>&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
