// The exponential chi-squared kernel for histograms.
#pragma once

#include <cmath>

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Exponential chi-squared kernel  k(x, y) = exp(-gamma sum_k (x_k - y_k)^2 / (x_k + y_k)),
/// gamma > 0, for non-negative data (histograms); terms 0 / 0 count as 0. Positive definite.
/// Throws std::invalid_argument if gamma is not finite and positive; bind throws if a value of the
/// points is negative.
/// Source: Fowlkes, Belongie, Chung & Malik, Spectral Grouping Using the Nystrom Method, PAMI 2004.
class ChiSquared final : public PairwiseKernel<ChiSquared, Statistic::chi_squared> {
 public:
  explicit ChiSquared(double gamma) : gamma_(require_positive("ChiSquared: gamma", gamma)) {}

  double gamma() const { return gamma_; }

  template <class T>
  T operator()(T chi2) const {
    return std::exp(-T(gamma_) * chi2);
  }
  template <class T>
  void map(std::span<T> chi2) const {
    math::exp(chi2, -gamma_);
  }
  std::string expression() const override {
    return expression_of("chi_squared", {{"gamma", gamma_}});
  }
  auto parameters() { return std::array{PositiveParameter{"gamma", gamma_}}; }
  Derivatives<1> derivatives(double chi2, double k) const {
    const double slope = -gamma_ * k;
    return {slope, {slope * chi2}};
  }
  double entry_error(const StatisticError& s) const { return s.exponential(gamma_); }

 private:
  double gamma_;
};

}  // namespace mercer
