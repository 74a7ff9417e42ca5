// The Laplacian kernel.
#pragma once

#include <cmath>

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Laplacian kernel  k(x, y) = exp(-gamma ||x - y||_1),  gamma > 0. Positive definite.
/// Throws std::invalid_argument if gamma is not finite and positive.
/// Source: Scholkopf & Smola, Learning with Kernels, 2002, section 13.2 (a product of
/// one-dimensional exponentials); the L1 distance as in scikit-learn's laplacian_kernel.
class Laplacian final : public PairwiseKernel<Laplacian, Statistic::l1_distance> {
 public:
  explicit Laplacian(double gamma) : gamma_(require_positive("Laplacian: gamma", gamma)) {}

  double gamma() const { return gamma_; }

  template <class T>
  T operator()(T l1) const {
    return std::exp(-T(gamma_) * l1);
  }
  template <class T>
  void map(std::span<T> l1) const {
    math::exp(l1, -gamma_);
  }
  std::string expression() const override {
    return expression_of("laplacian", {{"gamma", gamma_}});
  }
  auto parameters() { return std::array{PositiveParameter{"gamma", gamma_}}; }
  Derivatives<1> derivatives(double l1, double k) const {
    const double slope = -gamma_ * k;
    return {slope, {slope * l1}};
  }
  double entry_error(const StatisticError& s) const { return s.exponential(gamma_); }

 private:
  double gamma_;
};

}  // namespace mercer
