// The periodic kernel.
#pragma once

#include <cmath>
#include <numbers>

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Periodic kernel  k(x, y) = exp(-2 sin^2(pi ||x - y|| / period) / length^2),  period, length > 0.
/// Positive semi-definite for d = 1 only (use Subset to give it one feature, products for several);
/// the Euclidean distance for d > 1 is what scikit-learn's ExpSineSquared takes.
/// Throws std::invalid_argument if period or length is not finite and positive.
/// Source: MacKay, Introduction to Gaussian Processes, 1998; Rasmussen & Williams, 2006, eq. 4.31.
class Periodic final : public PairwiseKernel<Periodic, Statistic::squared_distance> {
 public:
  Periodic(double period, double length)
      : period_(require_positive("Periodic: period", period)),
        length_(require_positive("Periodic: length", length)) {}

  double period() const { return period_; }
  double length() const { return length_; }

  template <class T>
  T operator()(T d2) const {
    map(std::span<T>(&d2, 1));
    return d2;
  }
  template <class T>
  void map(std::span<T> d2) const {
    math::periodic(d2, 1 / period_, 2 / length_ / length_);
  }
  std::string expression() const override {
    return expression_of("periodic", {{"period", period_}, {"length", length_}});
  }
  auto parameters() {
    return std::array{PositiveParameter{"period", period_}, PositiveParameter{"length", length_}};
  }
  // With phi = pi r / period, r = sqrt(d2): dk / dphi = -4 sin(phi) cos(phi) / length^2 k and
  // dphi / dd2 = (pi / period)^2 / (2 phi).
  Derivatives<2> derivatives(double d2, double k) const {
    const double frequency = std::numbers::pi / period_;
    const double phi = frequency * std::sqrt(d2);
    const double sine = std::sin(phi);
    const double scaled = k / length_ / length_;
    const double slope =
        -2 * frequency * frequency * scaled * (phi > 0 ? sine * std::cos(phi) / phi : 1);
    return {slope, {-2 * slope * d2, 4 * sine * sine * scaled}};
  }
  // With phi = pi r / period, the exponent -2 sin^2(phi) / length^2 moves by 2 / length^2 times at
  // most phi times the relative error of phi, and sin^2 errs by 6 ulp.
  double entry_error(const StatisticError& s) const {
    const StatisticError root = s.root();
    const double phase = std::numbers::pi * root.largest / period_;
    return std::expm1(2 / length_ / length_ * (phase * (root.relative + 8 * s.u) + 16 * s.u)) +
           2 * s.u;
  }

 private:
  double period_;
  double length_;
};

}  // namespace mercer
