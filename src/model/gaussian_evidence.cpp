#include "model/gaussian_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "mercer/gram/gram_gradient.hpp"
#include "mercer/gram/matrix_free_gram.hpp"

namespace mercer {
namespace {

void add_to_diagonal(SymmetricTiles<double>& A, const Col<double>& noise) {
  for (index_t i = 0; i < A.n(); ++i) A.at(i, i) += noise(i);
}

}  // namespace

CholeskyFactor<double> gaussian_factor(const GramOperator<double>& K, const Col<double>& noise,
                                       double jitter, int threads) {
  SymmetricTiles<double> A;
  K.tiles(A);
  add_to_diagonal(A, noise);
  for (index_t i = 0; i < A.n(); ++i) A.at(i, i) += jitter;
  return CholeskyFactor<double>(std::move(A), {.threads = threads});
}

GaussianEvidence gaussian_evidence(const char* where, const GramOperator<double>& K,
                                   const Col<double>& noise, const Col<double>& target, int threads,
                                   Poll poll) {
  const index_t n = K.n_rows();
  const auto make = [&] {
    SymmetricTiles<double> A;
    K.tiles(A, poll);
    require_finite(where, "K", A, threads);
    add_to_diagonal(A, noise);
    return A;
  };
  const auto go_on = [&](const Progress&) {
    poll();
    return Continue::yes;
  };
  GaussianEvidence evidence{factor_with_jitter(make, {.threads = threads, .progress = go_on}), {}};
  if (evidence.status() != Status::converged) {
    evidence.value = -std::numeric_limits<double>::infinity();
    return evidence;
  }
  Mat<double> alpha = target;
  evidence.factored.factor.solve(alpha);
  double product = 0;
  for (index_t i = 0; i < n; ++i) product += target(i) * alpha(i, 0);
  evidence.value = -0.5 * (product + evidence.factored.factor.log_determinant() +
                           static_cast<double>(n) * std::log(2 * std::numbers::pi));
  evidence.alpha = std::move(alpha);
  return evidence;
}

// With M = alpha alpha' - A^-1 the derivative is 1/2 sum_ij M_ij dA_ij / dtheta.
std::vector<double> gaussian_gradient(GaussianEvidence&& evidence, const Kernel& kernel,
                                      const Mat<double>& X, double added, int threads, Poll poll) {
  const SymmetricTiles<double> inverse = std::move(evidence.factored.factor).inverse(poll);
  const Col<double>& alpha = evidence.alpha;
  const auto weights = [&](Range rows, Range cols, Tile<double> out) {
    const Tile<double> tile = inverse.tile(rows.begin / tile_edge, cols.begin / tile_edge);
    const double* a = alpha.memptr() + rows.begin;
    for (index_t j = 0; j < cols.size(); ++j) {
      const double a_j = alpha(cols.begin + j);
      for (index_t i = 0; i < rows.size(); ++i) {
        out.column(j)[i] = 0.5 * (a[i] * a_j - tile.column(j)[i]);
      }
    }
  };
  std::vector<double> gradient =
      gram_gradient(kernel, Points<double>(X), weights, {.threads = threads}, poll);
  double trace = 0;
  for (index_t i = 0; i < alpha.n_elem; ++i) trace += alpha(i) * alpha(i) - inverse.at(i, i);
  gradient.push_back(0.5 * added * trace);
  return gradient;
}

Col<double> variances_of(double noise, const Col<double>& point_noise, index_t n) {
  Col<double> variances(n, arma::fill::value(noise));
  if (!point_noise.is_empty()) variances += point_noise;
  return variances;
}

double GaussianLikelihood::operator()(std::span<const double> theta, std::span<double> gradient,
                                      Poll poll) const {
  const std::size_t parameters = kernel.theta().size();
  const auto moved = kernel.with_theta(theta.first(parameters));
  const double added = theta.size() > parameters ? std::exp(theta[parameters]) : noise;
  GaussianEvidence evidence =
      gaussian_evidence(where, MatrixFreeGram<double>(*moved, X, options),
                        variances_of(added, point_noise, X.n_cols), target, options.threads, poll);
  const double value = evidence.value;
  if (evidence.status() != Status::converged) return value;
  const std::vector<double> all =
      gaussian_gradient(std::move(evidence), *moved, X, added, options.threads, poll);
  std::copy_n(all.begin(), gradient.size(), gradient.begin());
  return value;
}

}  // namespace mercer
