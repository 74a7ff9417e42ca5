#include "model/gaussian_system.hpp"

#include <cmath>
#include <utility>

namespace mercer {
namespace {

double dot(const Mat<double>& A, const Mat<double>& B, index_t c) {
  double sum = 0;
  for (index_t i = 0; i < A.n_rows; ++i) sum += A(i, c) * B(i, c);
  return sum;
}

// W^1/2 F.
template <class T>
Mat<T> scaled_factor(Mat<T>&& F, const Col<double>& variances) {
  const double lambda = variances.min();
  for (index_t c = 0; c < F.n_cols; ++c) {
    for (index_t i = 0; i < F.n_rows; ++i) {
      if (variances(i) != lambda) F(i, c) *= static_cast<T>(std::sqrt(lambda / variances(i)));
    }
  }
  return std::move(F);
}

}  // namespace

template <class T>
GaussianSystem::GaussianSystem(Mat<T> F, const Col<double>& variances, int threads, Poll poll)
    : lambda_(variances.min()),
      w_(lambda_ / variances),
      P_(LowRankPreconditioner<T>(scaled_factor(std::move(F), variances), lambda_, threads, poll)) {
  if (arma::any(w_ != 1)) root_w_ = arma::sqrt(w_);
}

template GaussianSystem::GaussianSystem(Mat<double>, const Col<double>&, int, Poll);
template GaussianSystem::GaussianSystem(Mat<float>, const Col<double>&, int, Poll);

bool GaussianSystem::is_valid() const {
  return std::visit([](const auto& P) { return P.is_valid(); }, P_);
}

index_t GaussianSystem::rank() const {
  return std::visit([](const auto& P) { return P.factor().n_cols; }, P_);
}

bool GaussianSystem::in_float() const {
  return std::holds_alternative<LowRankPreconditioner<float>>(P_);
}

Mat<double> GaussianSystem::scaled(const Mat<double>& M) const {
  Mat<double> out = M;
  if (!root_w_.is_empty()) out.each_col() %= root_w_;
  return out;
}

void GaussianSystem::multiply(LinearMap K, const Mat<double>& V, Mat<double>& out) const {
  if (root_w_.is_empty()) return K(V, out);
  K(scaled(V), out);
  out.each_col() %= root_w_;
}

void GaussianSystem::precondition(const Mat<double>& R, Mat<double>& Z) const {
  std::visit([&](const auto& P) { P.solve(R, Z); }, P_);
}

LogDeterminant GaussianSystem::log_determinant(LinearMap K, const StochasticLanczosOptions& options,
                                               IterationWatch watch) const {
  const auto product = [&](const Mat<double>& V, Mat<double>& out) { multiply(K, V, out); };
  LogDeterminant out = std::visit(
      [&](const auto& P) { return stochastic_log_determinant(product, P, options, watch); }, P_);
  double sum = 0;  // log det A = log det C - log det W
  for (const double w : w_) sum += std::log(w);
  out.value -= sum;
  out.samples -= sum;
  return out;
}

Explained GaussianSystem::explain(LinearMap K, const Mat<double>& K_x, const Col<double>& targets,
                                  index_t max_iterations) const {
  Explained out{scaled(K_x), Mat<double>(K_x.n_rows, K_x.n_cols, arma::fill::zeros), {}, {}};
  const auto product = [&](const Mat<double>& V, Mat<double>& to) { multiply(K, V, to); };
  // The bounds of conjugate gradients are ||r|| / (2 lambda^1/2); a little is left to rounding.
  conjugate_gradient(
      product, product, [&](const Mat<double>& R, Mat<double>& Z) { precondition(R, Z); }, out.B,
      out.V,
      {.lambda = lambda_, .targets = 0.99 * 0.5 * targets, .max_iterations = max_iterations});
  product(out.V, out.R);
  out.R = out.B - out.R - lambda_ * out.V;
  out.errors.set_size(K_x.n_cols);
  for (index_t c = 0; c < K_x.n_cols; ++c) out.errors(c) = dot(out.R, out.R, c) / lambda_;
  return out;
}

}  // namespace mercer
