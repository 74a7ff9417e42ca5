// What a fitted Gaussian process says of new points, and functions drawn from it.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/random.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "model/gaussian_posterior.hpp"
#include "model/jitter.hpp"
#include "model/new_points.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

// Columns of K(X, X_new) that are in memory at a time, in so many copies, where only variances are
// asked for.
index_t block_columns(index_t n, index_t copies) {
  constexpr index_t values = index_t{1} << 23;  // 64 MiB
  return std::clamp<index_t>(values / (copies * std::max<index_t>(n, 1)), 64, 4096);
}

// m x count: U' Z with normal Z, a stream of random numbers for each column.
Mat<double> normal_with_covariance(const SymmetricTiles<double>& C, index_t count,
                                   std::uint64_t seed, int threads) {
  const JitteredFactor factored = factor_with_jitter([&] { return C; }, {.threads = threads});
  if (factored.factor.status() != Status::converged) {
    throw std::invalid_argument(
        "GaussianProcess::sample: the covariance is not positive definite, its leading minor of "
        "order " +
        std::to_string(factored.failed_minor) + " is not; take a positive definite kernel");
  }
  Mat<double> Z(C.n(), count, arma::fill::none);
  for (index_t j = 0; j < count; ++j) {
    Random random(seed, j);
    for (index_t i = 0; i < C.n(); ++i) Z(i, j) = random.normal();
  }
  factored.factor.multiply_half(Z);
  return Z;
}

SymmetricTiles<double> covariance_of(const Kernel& kernel, const Mat<double>& X, int threads) {
  SymmetricTiles<double> C;
  MatrixFreeGram<double>(kernel, X, {.threads = threads}).tiles(C);
  return C;
}

// n kernel values of each new point, with their copies.
void require_joint_budget(const char* where, index_t n, index_t m, std::size_t budget) {
  require_budget(where,
                 "the covariance of " + std::to_string(m) + " points and their kernel values",
                 (n * m + 2 * m * m) * sizeof(double), budget);
}

}  // namespace

template <class T>
Mat<double> GaussianProcess<T>::checked_points(const char* where, const Mat<T>& X_new) const {
  require_new_points<T>(where, X_new, fitted(where).points.n_rows);
  return arma::conv_to<Mat<double>>::from(X_new);
}

template <class T>
Col<T> GaussianProcess<T>::predict(const GramOperator<double>& K_new) const {
  const Fitted& model = fitted("GaussianProcess::predict");
  require_columns("GaussianProcess::predict", "K_new", K_new.n_cols(), model.alpha.n_rows,
                  "one per training point");
  Mat<double> mean;
  K_new.multiply(model.alpha, mean);
  mean += model.mean;
  return arma::conv_to<Col<T>>::from(arma::vectorise(mean));
}

template <class T>
Col<T> GaussianProcess<T>::predict(const Mat<T>& X_new) const {
  const Mat<double> points = checked_points("GaussianProcess::predict", X_new);
  return predict(
      MatrixFreeGram<double>(kernel(), points, fitted_->points, {.threads = options_.threads}));
}

template <class T>
GaussianPrediction<T> GaussianProcess<T>::predict_with_std(const Mat<T>& X_new,
                                                           Spread spread) const {
  const Mat<double> points = checked_points("GaussianProcess::predict_with_std", X_new);
  Col<double> variances(points.n_cols, arma::fill::none);
  kernel()
      .bind(Points<double>(points), Points<double>(points))
      ->diagonal({0, points.n_cols}, variances.memptr());
  return predict_with_std(
      MatrixFreeGram<double>(kernel(), points, fitted_->points, {.threads = options_.threads}),
      variances, spread);
}

// use(the posterior), with products over the training points where there is no factor.
template <class T>
template <class Use>
auto GaussianProcess<T>::with_posterior(const char* where, Use use) const {
  const Fitted& model = fitted(where);
  GaussianPosterior posterior{.factor = model.factor ? &*model.factor : nullptr,
                              .system = model.system.get(),
                              .K = nullptr,
                              .tolerance = options_.tolerance,
                              .max_iterations = options_.max_iterations,
                              .threads = options_.threads};
  if (model.factor) return use(posterior);
  if (!model.system) {
    throw LogicError(std::string(where) +
                     ": the model was fitted to an operator by conjugate gradients, and has no "
                     "variances; fit it to points, or by cholesky");
  }
  const MatrixFreeGram<double> K(kernel(), model.points, {.threads = options_.threads});
  posterior.K = &K;
  return use(posterior);
}

// k(x, x) less what is explained; rounding may bring it below 0.
template <class T>
GaussianPrediction<T> GaussianProcess<T>::predict_with_std(const GramOperator<double>& K_new,
                                                           const Col<double>& variances,
                                                           Spread spread) const {
  const char* where = "GaussianProcess::predict_with_std";
  const index_t m = K_new.n_rows(), n = fitted(where).alpha.n_rows;
  require_columns(where, "K_new", K_new.n_cols(), n, "one per training point");
  require_rows(where, "variances", variances.n_rows, m, "one per new point");
  const double added = spread == Spread::observation ? noise() : 0;
  const std::vector<index_t> all = all_indices(n);
  Col<double> deviations(m, arma::fill::none);
  double error = 0;
  with_posterior(where, [&](const GaussianPosterior& posterior) {
    const index_t block = block_columns(n, posterior.copies());
    Mat<double> W;
    for (index_t begin = 0; begin < m; begin += block) {
      const index_t end = std::min(begin + block, m);
      std::vector<index_t> rows = all_indices(end);
      rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
      K_new.submatrix(rows, all)->dense(W);
      arma::inplace_trans(W);
      const auto [explained, errors] = posterior.diagonal(W, variances.rows(begin, end - 1));
      for (index_t j = begin; j < end; ++j) {
        const double variance = variances(j) - explained(j - begin), off = errors(j - begin);
        deviations(j) = std::sqrt((variance < 0 ? 0 : variance) + added);
        // s^2 - s'^2 <= off: s - s' <= off / s, and at most the root of off.
        error = std::max(error, std::min(std::sqrt(off), off / deviations(j)));
      }
    }
  });
  return {predict(K_new), arma::conv_to<Col<T>>::from(deviations), error};
}

template <class T>
SymmetricTiles<double> GaussianProcess<T>::posterior_tiles(const char* where,
                                                           const Mat<double>& X_new) const {
  const Fitted& model = fitted(where);
  return with_posterior(where, [&](const GaussianPosterior& posterior) {
    const index_t n = model.points.n_cols;
    require_joint_budget(where, n * posterior.copies(), X_new.n_cols, options_.memory_budget);
    SymmetricTiles<double> C = covariance_of(kernel(), X_new, options_.threads);
    Mat<double> W;
    gram_into(W, kernel(), model.points, Points<double>(X_new), {.threads = options_.threads});
    posterior.subtract_from(C, W);
    return C;
  });
}

template <class T>
JointPrediction<T> GaussianProcess<T>::predict_with_covariance(const Mat<T>& X_new,
                                                               Spread spread) const {
  const char* where = "GaussianProcess::predict_with_covariance";
  const Mat<double> points = checked_points(where, X_new);
  const index_t m = points.n_cols;
  const SymmetricTiles<double> C = posterior_tiles(where, points);
  const double added = spread == Spread::observation ? noise() : 0;
  Mat<T> covariance(m, m, arma::fill::none);
  for (index_t j = 0; j < m; ++j) {
    for (index_t i = 0; i <= j; ++i) {
      covariance(i, j) = static_cast<T>(C.at(i, j) + (i == j ? added : 0));
      covariance(j, i) = covariance(i, j);
    }
  }
  return {predict(X_new), std::move(covariance)};
}

template <class T>
Mat<T> GaussianProcess<T>::sample(const Mat<T>& X_new, index_t count, std::uint64_t seed) const {
  const Mat<double> points = checked_points("GaussianProcess::sample", X_new);
  const SymmetricTiles<double> C = posterior_tiles("GaussianProcess::sample", points);
  Mat<double> functions = normal_with_covariance(C, count, seed, options_.threads);
  const Col<T> mean = predict(X_new);
  for (index_t j = 0; j < count; ++j) {
    for (index_t i = 0; i < mean.n_elem; ++i) functions(i, j) += static_cast<double>(mean(i));
  }
  return arma::conv_to<Mat<T>>::from(functions);
}

template <class T>
Mat<T> GaussianProcess<T>::sample_prior(const Mat<T>& X_new, index_t count,
                                        std::uint64_t seed) const {
  require_finite("GaussianProcess::sample_prior", "X_new", X_new);
  const auto points = fitted_ && !fitted_->points.is_empty()
                          ? checked_points("GaussianProcess::sample_prior", X_new)
                          : arma::conv_to<Mat<double>>::from(X_new);
  require_joint_budget("GaussianProcess::sample_prior", 0, points.n_cols, options_.memory_budget);
  const SymmetricTiles<double> C = covariance_of(kernel(), points, options_.threads);
  return arma::conv_to<Mat<T>>::from(normal_with_covariance(C, count, seed, options_.threads));
}

#define MERCER_INSTANTIATE(T)                                                                    \
  template Mat<double> GaussianProcess<T>::checked_points(const char*, const Mat<T>&) const;     \
  template SymmetricTiles<double> GaussianProcess<T>::posterior_tiles(const char*,               \
                                                                      const Mat<double>&) const; \
  template Col<T> GaussianProcess<T>::predict(const Mat<T>&) const;                              \
  template Col<T> GaussianProcess<T>::predict(const GramOperator<double>&) const;                \
  template GaussianPrediction<T> GaussianProcess<T>::predict_with_std(                           \
      const GramOperator<double>&, const Col<double>&, Spread) const;                            \
  template GaussianPrediction<T> GaussianProcess<T>::predict_with_std(const Mat<T>&, Spread)     \
      const;                                                                                     \
  template JointPrediction<T> GaussianProcess<T>::predict_with_covariance(const Mat<T>&, Spread) \
      const;                                                                                     \
  template Mat<T> GaussianProcess<T>::sample(const Mat<T>&, index_t, std::uint64_t) const;       \
  template Mat<T> GaussianProcess<T>::sample_prior(const Mat<T>&, index_t, std::uint64_t) const;
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
