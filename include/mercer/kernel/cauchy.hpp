// The Cauchy kernel.
#pragma once

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Cauchy kernel  k(x, y) = 1 / (1 + ||x - y||^2 / scale),  scale > 0. Positive definite: the
/// rational quadratic kernel with alpha = 1 and 2 length^2 = scale.
/// Throws std::invalid_argument if scale is not finite and positive.
/// Source: Basak, A Least Square Kernel Machine with Box Constraints, 2008.
class Cauchy final : public PairwiseKernel<Cauchy, Statistic::squared_distance> {
 public:
  explicit Cauchy(double scale) : scale_(require_positive("Cauchy: scale", scale)) {}

  double scale() const { return scale_; }

  template <class T>
  T operator()(T d2) const {
    return 1 / (1 + d2 / T(scale_));
  }
  template <class T>
  void map(std::span<T> d2) const {
    math::half_power(d2, T(1 / scale_), T(1), -2);
  }
  std::string expression() const override { return expression_of("cauchy", {{"scale", scale_}}); }
  auto parameters() { return std::array{PositiveParameter{"scale", scale_}}; }
  Derivatives<1> derivatives(double d2, double k) const {
    const double slope = -k * k / scale_;
    return {slope, {-slope * d2}};
  }
  // |s k'(s) / k(s)| < 1.
  double entry_error(const StatisticError& s) const { return s.relative + 6 * s.u; }

 private:
  double scale_;
};

}  // namespace mercer
