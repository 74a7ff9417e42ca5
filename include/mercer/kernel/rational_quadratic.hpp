// The rational quadratic kernel.
#pragma once

#include <cmath>

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Rational quadratic kernel  k(x, y) = (1 + ||x - y||^2 / (2 a l^2))^-a,  a = alpha, l = length,
/// both > 0: a scale mixture of Gaussians, which it approaches as a grows. Positive definite.
/// Throws std::invalid_argument if alpha or length is not finite and positive.
/// Source: Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, eq. 4.19.
class RationalQuadratic final
    : public PairwiseKernel<RationalQuadratic, Statistic::squared_distance> {
 public:
  RationalQuadratic(double alpha, double length)
      : alpha_(require_positive("RationalQuadratic: alpha", alpha)),
        length_(require_positive("RationalQuadratic: length", length)) {}

  double alpha() const { return alpha_; }
  double length() const { return length_; }

  template <class T>
  T operator()(T d2) const {
    return std::exp(-T(alpha_) * std::log1p(T(scale()) * d2));
  }
  template <class T>
  void map(std::span<T> d2) const {
    // Up to alpha = 4 the roundings of a product, (2 alpha + 2) u, stay below 10 u.
    if (alpha_ <= 4 && 2 * alpha_ == std::floor(2 * alpha_)) {
      return math::half_power(d2, T(scale()), T(1), -static_cast<int>(2 * alpha_));
    }
    math::inverse_power(d2, T(scale()), T(alpha_));
  }
  std::string expression() const override {
    return expression_of("rational_quadratic", {{"alpha", alpha_}, {"length", length_}});
  }
  auto parameters() {
    return std::array{PositiveParameter{"alpha", alpha_}, PositiveParameter{"length", length_}};
  }
  // With q = scale d2, k = (1 + q)^-alpha, and q falls as 1 / alpha.
  Derivatives<2> derivatives(double d2, double k) const {
    const double q = scale() * d2;
    const double slope = -alpha_ * scale() * k / (1 + q);
    return {slope, {alpha_ * k * (q / (1 + q) - std::log1p(q)), -2 * slope * d2}};
  }
  // |s k'(s) / k(s)| < alpha; the power errs by (4 + 4 |log k|) u.
  double entry_error(const StatisticError& s) const {
    const double logarithm = std::min(alpha_ * std::log1p(scale() * s.largest), s.exponent_limit());
    return std::expm1(alpha_ * (s.relative + 4 * s.u) + (4 + 4 * logarithm) * s.u);
  }

 private:
  double scale() const { return 0.5 / alpha_ / length_ / length_; }

  double alpha_;
  double length_;
};

}  // namespace mercer
