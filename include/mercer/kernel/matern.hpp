// The Matern kernels of smoothness 1/2, 3/2 and 5/2.
#pragma once

#include <cmath>

#include "mercer/kernel/pairwise_kernel.hpp"

namespace mercer {

/// Matern kernel of smoothness 1/2 (the exponential, or Ornstein-Uhlenbeck, kernel)
///   k(x, y) = exp(-||x - y|| / length),  length > 0.  Positive definite.
/// Throws std::invalid_argument if length is not finite and positive.
/// Source: Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, eq. 4.18.
class Matern12 final : public PairwiseKernel<Matern12, Statistic::squared_distance> {
 public:
  explicit Matern12(double length) : length_(require_positive("Matern12: length", length)) {}

  double length() const { return length_; }

  template <class T>
  T operator()(T d2) const {
    return std::exp(-(T(1 / length_) * std::sqrt(d2)));
  }
  template <class T>
  void map(std::span<T> d2) const {
    math::matern(d2, 1 / length_, 0, 0);
  }
  std::string expression() const override {
    return expression_of("matern12", {{"length", length_}});
  }
  auto parameters() { return std::array{PositiveParameter{"length", length_}}; }
  // The slope is infinite at 0, where nothing but the product with d2 = 0 is ever asked for.
  Derivatives<1> derivatives(double d2, double k) const {
    const double in_length = std::sqrt(d2) / length_ * k;
    return {d2 > 0 ? -in_length / (2 * d2) : 0, {in_length}};
  }
  double entry_error(const StatisticError& s) const { return s.root().exponential(1 / length_); }

 private:
  double length_;
};

/// Matern kernel of smoothness 3/2
///   k(x, y) = (1 + r) exp(-r),  r = sqrt(3) ||x - y|| / length,  length > 0.  Positive definite.
/// Throws std::invalid_argument if length is not finite and positive.
/// Source: Rasmussen & Williams, 2006, eq. 4.17.
class Matern32 final : public PairwiseKernel<Matern32, Statistic::squared_distance> {
 public:
  explicit Matern32(double length) : length_(require_positive("Matern32: length", length)) {}

  double length() const { return length_; }

  template <class T>
  T operator()(T d2) const {
    map(std::span<T>(&d2, 1));
    return d2;
  }
  template <class T>
  void map(std::span<T> d2) const {
    math::matern(d2, std::sqrt(3.0) / length_, 1, 0);
  }
  std::string expression() const override {
    return expression_of("matern32", {{"length", length_}});
  }
  auto parameters() { return std::array{PositiveParameter{"length", length_}}; }
  // dk / dr = -r exp(-r), dr / dd2 = 3 / (2 length^2 r).
  Derivatives<1> derivatives(double d2, double k) const {
    const double rate = std::sqrt(3.0) / length_;
    const double slope = -rate * rate / 2 * k / (1 + rate * std::sqrt(d2));
    return {slope, {-2 * slope * d2}};
  }
  double entry_error(const StatisticError& s) const {
    return s.root().damped(std::sqrt(3.0) / length_, 1, 0);
  }

 private:
  double length_;
};

/// Matern kernel of smoothness 5/2
///   k(x, y) = (1 + r + r^2 / 3) exp(-r),  r = sqrt(5) ||x - y|| / length,  length > 0.
/// Positive definite. Throws std::invalid_argument if length is not finite and positive.
/// Source: Rasmussen & Williams, 2006, eq. 4.17.
class Matern52 final : public PairwiseKernel<Matern52, Statistic::squared_distance> {
 public:
  explicit Matern52(double length) : length_(require_positive("Matern52: length", length)) {}

  double length() const { return length_; }

  template <class T>
  T operator()(T d2) const {
    map(std::span<T>(&d2, 1));
    return d2;
  }
  template <class T>
  void map(std::span<T> d2) const {
    math::matern(d2, std::sqrt(5.0) / length_, 1, 1.0 / 3.0);
  }
  std::string expression() const override {
    return expression_of("matern52", {{"length", length_}});
  }
  auto parameters() { return std::array{PositiveParameter{"length", length_}}; }
  // dk / dr = -r (1 + r) exp(-r) / 3, dr / dd2 = 5 / (2 length^2 r).
  Derivatives<1> derivatives(double d2, double k) const {
    const double rate = std::sqrt(5.0) / length_;
    const double r = rate * std::sqrt(d2);
    const double slope = -rate * rate / 6 * (1 + r) * k / (1 + r + r * r / 3);
    return {slope, {-2 * slope * d2}};
  }
  double entry_error(const StatisticError& s) const {
    return s.root().damped(std::sqrt(5.0) / length_, 1, 1.0 / 3);
  }

 private:
  double length_;
};

}  // namespace mercer
