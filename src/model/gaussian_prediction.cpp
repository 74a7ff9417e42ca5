// What a fitted Gaussian process says of new points, and functions drawn from it.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/blas.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/random.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "model/jitter.hpp"
#include "model/new_points.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

// Columns of K(X, X_new) that are in memory at a time where only variances are asked for.
index_t block_columns(index_t n) {
  constexpr index_t values = index_t{1} << 23;  // 64 MiB
  return std::clamp<index_t>(values / std::max<index_t>(n, 1), 64, 4096);
}

// C <- C - W' W.
void subtract_square(SymmetricTiles<double>& C, const Mat<double>& W, int threads) {
  std::vector<std::pair<index_t, index_t>> pairs;
  for (index_t c = 0; c < C.count(); ++c) {
    for (index_t r = 0; r <= c; ++r) pairs.emplace_back(r, c);
  }
  parallel_for(pairs.size(), threads, [&](index_t item, int) {
    const auto [r, c] = pairs[item];
    const Tile<double> out = C.tile(r, c);
    blas::gemm('T', 'N', out.rows, out.cols, W.n_rows, -1.0, W.colptr(C.range(r).begin), W.n_rows,
               W.colptr(C.range(c).begin), W.n_rows, 1.0, out.data, out.stride);
  });
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

// k(x, x) - ||U^-T k(X, x)||^2; rounding may bring it below 0.
template <class T>
GaussianPrediction<T> GaussianProcess<T>::predict_with_std(const GramOperator<double>& K_new,
                                                           const Col<double>& variances,
                                                           Spread spread) const {
  const char* where = "GaussianProcess::predict_with_std";
  const Fitted& model = fitted(where);
  const index_t m = K_new.n_rows(), n = model.alpha.n_rows;
  require_columns(where, "K_new", K_new.n_cols(), n, "one per training point");
  require_rows(where, "variances", variances.n_rows, m, "one per new point");
  const double added = spread == Spread::observation ? noise() : 0;
  const std::vector<index_t> all = all_indices(n);
  Col<double> deviations(m, arma::fill::none);
  Mat<double> W;
  for (index_t begin = 0; begin < m; begin += block_columns(n)) {
    const index_t end = std::min(begin + block_columns(n), m);
    std::vector<index_t> rows = all_indices(end);
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
    K_new.submatrix(rows, all)->dense(W);
    arma::inplace_trans(W);
    model.factor->solve_half(W);
    for (index_t j = begin; j < end; ++j) {
      double sum = 0;
      for (const double* w = W.colptr(j - begin); w != W.colptr(j - begin) + n; ++w) sum += *w * *w;
      const double variance = variances(j) - sum;
      deviations(j) = std::sqrt((variance < 0 ? 0 : variance) + added);
    }
  }
  return {predict(K_new), arma::conv_to<Col<T>>::from(deviations)};
}

namespace {

SymmetricTiles<double> posterior_tiles(const Kernel& kernel, const Mat<double>& X,
                                       const CholeskyFactor<double>& factor,
                                       const Mat<double>& X_new, int threads) {
  SymmetricTiles<double> C = covariance_of(kernel, X_new, threads);
  Mat<double> W;
  gram_into(W, kernel, X, Points<double>(X_new), {.threads = threads});
  factor.solve_half(W);
  subtract_square(C, W, threads);
  return C;
}

}  // namespace

template <class T>
JointPrediction<T> GaussianProcess<T>::predict_with_covariance(const Mat<T>& X_new,
                                                               Spread spread) const {
  const char* where = "GaussianProcess::predict_with_covariance";
  const Fitted& model = fitted(where);
  const Mat<double> points = checked_points(where, X_new);
  const index_t m = points.n_cols;
  require_joint_budget(where, model.points.n_cols, m, options_.memory_budget);
  const SymmetricTiles<double> C =
      posterior_tiles(kernel(), model.points, *model.factor, points, options_.threads);
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
  const Fitted& model = fitted("GaussianProcess::sample");
  const Mat<double> points = checked_points("GaussianProcess::sample", X_new);
  require_joint_budget("GaussianProcess::sample", model.points.n_cols, points.n_cols,
                       options_.memory_budget);
  const SymmetricTiles<double> C =
      posterior_tiles(kernel(), model.points, *model.factor, points, options_.threads);
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
