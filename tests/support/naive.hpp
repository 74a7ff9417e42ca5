// Kernels straight from their formulas, in long double from the raw points, one pair at a time.
#pragma once

#include <algorithm>
#include <cmath>

#include "mercer/core/types.hpp"

namespace mercer::naive {

/// The sums over features that kernels are made of, and those that bound their rounding errors.
struct Sums {
  long double features = 0;  // d
  long double dot = 0;
  long double absolute_dot = 0;  // sum_k |x_k y_k|
  long double squared_x = 0;     // <x, x>
  long double squared_y = 0;
  long double squared_distance = 0;
  long double l1_distance = 0;
  long double chi_squared = 0;
  long double intersection = 0;
};

template <class T>
Sums sums(const T* x, const T* y, index_t d) {
  Sums s;
  s.features = static_cast<long double>(d);
  for (index_t k = 0; k < d; ++k) {
    const long double a = x[k];
    const long double b = y[k];
    s.dot += a * b;
    s.absolute_dot += std::abs(a * b);
    s.squared_x += a * a;
    s.squared_y += b * b;
    s.squared_distance += (a - b) * (a - b);
    s.l1_distance += std::abs(a - b);
    if (a + b != 0) s.chi_squared += (a - b) * (a - b) / (a + b);
    s.intersection += std::min(a, b);
  }
  return s;
}

inline constexpr long double pi = 3.14159265358979323846264338327950288L;

inline long double linear(const Sums& s) { return s.dot; }

inline long double polynomial(const Sums& s, int degree, long double gamma, long double coef0) {
  long double product = 1;
  for (int k = 0; k < degree; ++k) product *= gamma * s.dot + coef0;
  return product;
}

inline long double sigmoid(const Sums& s, long double gamma, long double coef0) {
  return std::tanh(gamma * s.dot + coef0);
}

inline long double rbf(const Sums& s, long double gamma) {
  return std::exp(-gamma * s.squared_distance);
}

inline long double laplacian(const Sums& s, long double gamma) {
  return std::exp(-gamma * s.l1_distance);
}

inline long double matern12(const Sums& s, long double length) {
  return std::exp(-std::sqrt(s.squared_distance) / length);
}

inline long double matern32(const Sums& s, long double length) {
  const long double r = std::sqrt(3 * s.squared_distance) / length;
  return (1 + r) * std::exp(-r);
}

inline long double matern52(const Sums& s, long double length) {
  const long double r = std::sqrt(5 * s.squared_distance) / length;
  return (1 + r + r * r / 3) * std::exp(-r);
}

inline long double rational_quadratic(const Sums& s, long double alpha, long double length) {
  // std::pow(1 + z, -alpha) would lose log2(alpha) bits of z, even in long double.
  return std::exp(-alpha * std::log1p(s.squared_distance / (2 * alpha * length * length)));
}

inline long double periodic(const Sums& s, long double period, long double length) {
  const long double sine = std::sin(pi * std::sqrt(s.squared_distance) / period);
  return std::exp(-2 * sine * sine / (length * length));
}

inline long double cosine(const Sums& s) {
  if (s.squared_x == 0 || s.squared_y == 0) return 0;
  return s.dot / (std::sqrt(s.squared_x) * std::sqrt(s.squared_y));
}

inline long double cauchy(const Sums& s, long double scale) {
  return 1 / (1 + s.squared_distance / scale);
}

inline long double chi_squared(const Sums& s, long double gamma) {
  return std::exp(-gamma * s.chi_squared);
}

inline long double histogram_intersection(const Sums& s) { return s.intersection; }

}  // namespace mercer::naive
