// The polynomial kernel.
#pragma once

#include <cmath>

#include "mercer/kernel/pairwise_kernel.hpp"
#include "mercer/kernel/parameter.hpp"

namespace mercer {

/// Polynomial kernel  k(x, y) = (gamma <x, y> + coef0)^degree,  degree >= 1, gamma > 0, by repeated
/// squaring. Positive semi-definite for coef0 >= 0; any finite coef0 is taken.
/// Throws std::invalid_argument if degree < 1, gamma is not finite and positive or coef0 not
/// finite. Source: Scholkopf & Smola, Learning with Kernels, 2002, section 2.1.
class Polynomial final : public PairwiseKernel<Polynomial, Statistic::dot> {
 public:
  explicit Polynomial(int degree, double gamma = 1, double coef0 = 0)
      : degree_(require_at_least_one("Polynomial: degree", degree)),
        gamma_(require_positive("Polynomial: gamma", gamma)),
        coef0_(require_finite("Polynomial: coef0", coef0)) {}

  int degree() const { return degree_; }
  double gamma() const { return gamma_; }
  double coef0() const { return coef0_; }

  template <class T>
  T operator()(T dot) const {
    map(std::span<T>(&dot, 1));
    return dot;
  }
  template <class T>
  void map(std::span<T> dot) const {
    math::power(dot, T(gamma_), T(coef0_), degree_);
  }
  auto parameters() { return std::array{PositiveParameter{"gamma", gamma_}}; }
  Derivatives<1> derivatives(double dot, double) const {
    const double slope = degree_ * gamma_ * std::pow(gamma_ * dot + coef0_, degree_ - 1);
    return {slope, {slope * dot}};
  }
  std::string expression() const override {
    return expression_of("polynomial", {{"degree", degree_}, {"gamma", gamma_}, {"coef0", coef0_}});
  }

 private:
  int degree_;
  double gamma_;
  double coef0_;
};

}  // namespace mercer
