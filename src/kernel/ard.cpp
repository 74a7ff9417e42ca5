#include "mercer/kernel/ard.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "kernel/transformed.hpp"
#include "mercer/core/check.hpp"
#include "mercer/kernel/derivatives.hpp"

namespace mercer {
namespace {

// The points w . x.
template <class T>
OwnedPoints<T> weighted(const std::vector<double>& weights, Points<T> P) {
  require_rows("Ard::bind", "the points", P.dim(), weights.size(), "one per weight");
  OwnedPoints<T> scaled;
  scaled.is_sparse = P.is_sparse();
  if (P.is_sparse()) {
    scaled.sparse = transform_stored<T>(
        P, all_indices(P.count()), P.dim(), all_indices(P.dim()),
        [&](index_t k, index_t, T x) { return static_cast<T>(weights[k]) * x; });
    return scaled;
  }
  scaled.dense.set_size(P.dim(), P.count());
  for (index_t j = 0; j < P.count(); ++j) {
    for (index_t k = 0; k < P.dim(); ++k) {
      scaled.dense.at(k, j) = static_cast<T>(weights[k]) * P.point(j)[k];
    }
  }
  return scaled;
}

template <class T>
std::unique_ptr<BoundKernel<T>> bind_ard(const Ard& kernel, Points<T> X, Points<T> Y) {
  return std::make_unique<BoundTransformed<T>>(
      X, Y, [&](Points<T> P) { return weighted(kernel.weights(), P); },
      [&](Points<T> A, Points<T> B) { return kernel.inner().bind(A, B); }, false);
}

// Weights on weights multiply: the derivatives in the logarithms of both are the same.
class ArdGradient final : public TransformedGradient {
 public:
  using TransformedGradient::TransformedGradient;

  double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
             std::span<double> in_weights, Scratch& scratch) const override {
    const index_t d = inner_dim();
    const auto lease = scratch.lease<double>(d);
    const std::span<double> own(lease.data(), d);
    std::fill(own.begin(), own.end(), 0.0);
    const double sum = inner().add(rows, cols, M, in_theta.subspan(d), own, scratch);
    for (index_t k = 0; k < d; ++k) in_theta[k] += own[k];
    for (index_t k = 0; k < in_weights.size(); ++k) in_weights[k] += own[k];
    return sum;
  }
};

}  // namespace

Ard::Ard(std::vector<double> weights, AnyKernel inner)
    : weights_(std::move(weights)), inner_(std::move(inner)) {
  if (weights_.empty()) throw std::invalid_argument("Ard: weights must not be empty");
  for (std::size_t k = 0; k < weights_.size(); ++k) {
    require_positive(("Ard: weights[" + std::to_string(k) + "]").c_str(), weights_[k]);
  }
}

std::unique_ptr<BoundKernel<double>> Ard::bind(Points<double> X, Points<double> Y) const {
  return bind_ard(*this, X, Y);
}
std::unique_ptr<BoundKernel<float>> Ard::bind(Points<float> X, Points<float> Y) const {
  return bind_ard(*this, X, Y);
}

std::unique_ptr<Kernel> Ard::clone() const { return std::make_unique<Ard>(*this); }

std::string Ard::expression() const {
  std::string text = "ard(weights=[";
  const char* separator = "";
  for (const double weight : weights_) {
    text += separator + shortest(weight);
    separator = ", ";
  }
  return text + "], " + inner_->expression() + ')';
}

std::vector<double> Ard::theta() const {
  std::vector<double> theta;
  for (const double weight : weights_) theta.push_back(std::log(weight));
  return detail::concatenated(theta, inner_->theta());
}

std::vector<std::string> Ard::theta_names() const {
  std::vector<std::string> names;
  for (index_t k = 0; k < weights_.size(); ++k) {
    names.push_back("weights[" + std::to_string(k) + ']');
  }
  return detail::concatenated(names, inner_->theta_names());
}

std::unique_ptr<Kernel> Ard::with_theta(std::span<const double> theta) const {
  detail::require_theta(*this, theta);
  std::vector<double> weights;
  for (index_t k = 0; k < weights_.size(); ++k) {
    weights.push_back(detail::positive_from_log("weights[" + std::to_string(k) + ']', theta[k]));
  }
  return std::make_unique<Ard>(std::move(weights),
                               inner_->with_theta(theta.subspan(weights_.size())));
}

std::unique_ptr<BoundGradient> Ard::bind_gradient(Points<double> X) const {
  return std::make_unique<ArdGradient>(inner(), weighted(weights_, X));
}

}  // namespace mercer
