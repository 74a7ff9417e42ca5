#include "mercer/kernel/ard.hpp"

#include <stdexcept>

#include "kernel/transformed.hpp"
#include "mercer/core/check.hpp"

namespace mercer {
namespace {

template <class T>
std::unique_ptr<BoundKernel<T>> bind_ard(const Ard& kernel, Points<T> X, Points<T> Y) {
  const std::vector<double>& weights = kernel.weights();
  const auto weighted = [&](Points<T> P) {
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
  };
  return std::make_unique<BoundTransformed<T>>(
      X, Y, weighted, [&](Points<T> A, Points<T> B) { return kernel.inner().bind(A, B); }, false);
}

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

}  // namespace mercer
