// The Gaussian radial basis function kernel.
#pragma once

#include <cmath>
#include <stdexcept>

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Gaussian radial basis function kernel  k(x, y) = exp(-gamma ||x - y||^2),  gamma > 0.
/// Throws std::invalid_argument if gamma is not finite and positive.
class Rbf final : public PairwiseKernel<Rbf, Statistic::squared_distance> {
 public:
  explicit Rbf(double gamma) : gamma_(require_positive("Rbf: gamma", gamma)) {}

  /// k(x, y) = exp(-||x - y||^2 / (2 sigma^2)):  gamma = 1 / (2 sigma^2).
  static Rbf from_sigma(double sigma) {
    require_positive("Rbf::from_sigma: sigma", sigma);
    const double gamma = 0.5 / sigma / sigma;
    if (gamma > 0 && std::isfinite(gamma)) return Rbf(gamma);
    throw std::invalid_argument(
        "Rbf::from_sigma: sigma must leave 1 / (2 sigma^2) finite and positive, is " +
        shortest(sigma));
  }

  double gamma() const { return gamma_; }

  template <class T>
  T operator()(T d2) const {
    return std::exp(-T(gamma_) * d2);
  }
  template <class T>
  void map(std::span<T> d2) const {
    math::exp(d2, -gamma_);
  }
  std::string expression() const override { return expression_of("rbf", {{"gamma", gamma_}}); }
  auto parameters() { return std::array{PositiveParameter{"gamma", gamma_}}; }
  Derivatives<1> derivatives(double d2, double k) const {
    const double slope = -gamma_ * k;
    return {slope, {slope * d2}};
  }
  double entry_error(const StatisticError& s) const { return s.exponential(gamma_); }

 private:
  double gamma_;
};

}  // namespace mercer
