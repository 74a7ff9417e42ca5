// The sigmoid kernel.
#pragma once

#include <cmath>

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Sigmoid kernel  k(x, y) = tanh(gamma <x, y> + coef0),  gamma > 0. Not positive semi-definite for
/// any parameters: Cholesky may refuse its matrices, and a dual may have several optima.
/// Throws std::invalid_argument if gamma is not finite and positive or coef0 not finite.
/// Source: Lin & Lin, A Study on Sigmoid Kernels for SVM, 2003.
class Sigmoid final : public PairwiseKernel<Sigmoid, Statistic::dot> {
 public:
  explicit Sigmoid(double gamma, double coef0 = 0)
      : gamma_(require_positive("Sigmoid: gamma", gamma)),
        coef0_(require_finite("Sigmoid: coef0", coef0)) {}

  double gamma() const { return gamma_; }
  double coef0() const { return coef0_; }

  template <class T>
  T operator()(T dot) const {
    return std::tanh(T(gamma_) * dot + T(coef0_));
  }
  template <class T>
  void map(std::span<T> dot) const {
    math::tanh(dot, T(gamma_), T(coef0_));
  }
  auto parameters() { return std::array{PositiveParameter{"gamma", gamma_}}; }
  Derivatives<1> derivatives(double dot, double k) const {
    const double slope = gamma_ * (1 - k * k);
    return {slope, {slope * dot}};
  }
  std::string expression() const override {
    return expression_of("sigmoid", {{"gamma", gamma_}, {"coef0", coef0_}});
  }

 private:
  double gamma_;
  double coef0_;
};

}  // namespace mercer
