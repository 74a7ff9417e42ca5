#include "mercer/kernel/subset.hpp"

#include <algorithm>
#include <stdexcept>

#include "kernel/transformed.hpp"

namespace mercer {
namespace {

// The features of the list, in its order.
template <class T>
OwnedPoints<T> selected(const std::vector<index_t>& features, Points<T> P) {
  for (const index_t k : features) {
    if (k >= P.dim()) {
      throw std::invalid_argument("Subset::bind: the points have no feature " + std::to_string(k) +
                                  ": they have d = " + std::to_string(P.dim()) +
                                  ", counted from 0");
    }
  }
  OwnedPoints<T> part;
  part.is_sparse = P.is_sparse();
  if (P.is_sparse()) {
    std::vector<index_t> row(P.dim(), dropped);
    for (index_t k = 0; k < features.size(); ++k) row[features[k]] = k;
    part.sparse = transform_stored<T>(P, all_indices(P.count()), features.size(), row,
                                      [](index_t, index_t, T x) { return x; });
    return part;
  }
  part.dense.set_size(features.size(), P.count());
  for (index_t j = 0; j < P.count(); ++j) {
    for (index_t k = 0; k < features.size(); ++k) part.dense.at(k, j) = P.point(j)[features[k]];
  }
  return part;
}

template <class T>
std::unique_ptr<BoundKernel<T>> bind_subset(const Subset& kernel, Points<T> X, Points<T> Y) {
  return std::make_unique<BoundTransformed<T>>(
      X, Y, [&](Points<T> P) { return selected(kernel.features(), P); },
      [&](Points<T> A, Points<T> B) { return kernel.inner().bind(A, B); }, true);
}

// Weights of features that are not in the list have no influence.
class SubsetGradient final : public TransformedGradient {
 public:
  SubsetGradient(const Subset& kernel, Points<double> X)
      : TransformedGradient(kernel.inner(), selected(kernel.features(), X)),
        features_(kernel.features()) {}

  double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
             std::span<double> in_weights, Scratch& scratch) const override {
    if (in_weights.empty()) return inner().add(rows, cols, M, in_theta, {}, scratch);
    const auto lease = scratch.lease<double>(features_.size());
    const std::span<double> own(lease.data(), features_.size());
    std::fill(own.begin(), own.end(), 0.0);
    const double sum = inner().add(rows, cols, M, in_theta, own, scratch);
    for (index_t k = 0; k < own.size(); ++k) in_weights[features_[k]] += own[k];
    return sum;
  }

 private:
  std::vector<index_t> features_;
};

}  // namespace

Subset::Subset(std::vector<index_t> features, AnyKernel inner)
    : features_(std::move(features)), inner_(std::move(inner)) {
  if (features_.empty()) throw std::invalid_argument("Subset: features must not be empty");
  std::vector<index_t> sorted = features_;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    throw std::invalid_argument("Subset: features must differ, " + std::to_string(*twice) +
                                " is there twice");
  }
}

std::unique_ptr<BoundKernel<double>> Subset::bind(Points<double> X, Points<double> Y) const {
  return bind_subset(*this, X, Y);
}
std::unique_ptr<BoundKernel<float>> Subset::bind(Points<float> X, Points<float> Y) const {
  return bind_subset(*this, X, Y);
}

std::unique_ptr<Kernel> Subset::clone() const { return std::make_unique<Subset>(*this); }

std::string Subset::expression() const {
  std::string text = "subset(features=[";
  const char* separator = "";
  for (const index_t feature : features_) {
    text += separator + std::to_string(feature);
    separator = ", ";
  }
  return text + "], " + inner_->expression() + ')';
}

std::vector<double> Subset::theta() const { return inner_->theta(); }
std::vector<std::string> Subset::theta_names() const { return inner_->theta_names(); }
std::unique_ptr<Kernel> Subset::with_theta(std::span<const double> theta) const {
  return std::make_unique<Subset>(features_, inner_->with_theta(theta));
}
std::unique_ptr<BoundGradient> Subset::bind_gradient(Points<double> X) const {
  return std::make_unique<SubsetGradient>(*this, X);
}

}  // namespace mercer
