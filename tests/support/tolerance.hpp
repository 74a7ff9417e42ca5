// How far a kernel value may be from its exact value: first-order bounds in units of u (2^-53 or
// 2^-24), from the error of the statistic, the rounding of the parameters to the precision of the
// data, and the stated errors of the vector functions. k is the exact value.
#pragma once

#include <cmath>

#include "support/naive.hpp"

namespace mercer::tolerance {

using naive::Sums;

// A statistic of d features errs by (d + 4) u at most; its product with a rounded parameter by 2 u
// more.
inline long double argument(const Sums& s) { return s.features + 6; }

inline long double linear(const Sums& s) { return (s.features + 2) * s.absolute_dot; }

inline long double polynomial(const Sums& s, int degree, long double gamma, long double coef0) {
  return degree * argument(s) * std::pow(gamma * s.absolute_dot + std::abs(coef0), degree);
}

inline long double sigmoid(const Sums& s, long double k, long double gamma, long double coef0) {
  return argument(s) * (gamma * s.absolute_dot + std::abs(coef0)) + 8 * std::abs(k);
}

// k = exp(-a) with a off by its relative error, and one ulp (2 u) of exp.
inline long double exponential(const Sums& s, long double k, long double a) {
  return k * (argument(s) * a + 2);
}

// |r f'(r)| <= r f(r) for all three; the root halves the error of the squared distance.
inline long double matern(const Sums& s, long double k, long double r) {
  return k * (argument(s) * r + 8);
}

inline long double rational_quadratic(const Sums& s, long double k, long double alpha,
                                      long double length) {
  const long double z = s.squared_distance / (2 * alpha * length * length);
  return k * (alpha * argument(s) * z / (1 + z) + 5 * alpha * std::log1p(z) + 4);
}

inline long double periodic(const Sums& s, long double k, long double period, long double length) {
  const long double phase = naive::pi * std::sqrt(s.squared_distance) / period;
  return k * (2 / (length * length) * (argument(s) * phase + 16) + 2);
}

inline long double cosine(const Sums& s) { return 2 * argument(s); }

inline long double cauchy(const Sums& s, long double k, long double scale) {
  const long double z = s.squared_distance / scale;
  return k * (argument(s) * z / (1 + z) + 3);
}

inline long double histogram_intersection(const Sums& s) {
  return (s.features + 2) * s.intersection;
}

}  // namespace mercer::tolerance
