// Elementary functions on spans, at the full vector width of the CPU (chosen at run time).
#pragma once

#include <span>

namespace mercer::math {

// All work in place; NaN stays NaN. The errors are of the function at the rounded argument, in
// units in the last place, measured against long double by tests/tile/math_test.cpp.

/// x <- exp(scale x). At most 1 ulp (double), 2 ulp (float) over the whole range, subnormal results
/// included; 0 below, inf above.
template <class T>
void exp(std::span<T> x, T scale);

/// x <- scale sqrt(x) for x >= 0; NaN for x < 0. Two roundings.
template <class T>
void sqrt(std::span<T> x, T scale);

/// x <- tanh(scale x + shift). At most 5 ulp.
template <class T>
void tanh(std::span<T> x, T scale, T shift);

/// x <- (1 + scale x)^-exponent for scale x >= 0, exponent > 0, by exp(-exponent log1p(scale x)).
/// Relative error at most (4 + 2 exponent log1p(scale x)) u.
template <class T>
void inverse_power(std::span<T> x, T scale, T exponent);

/// x <- (1 + b x + c x^2) exp(-x) for x, b, c >= 0; 0 at infinity.
template <class T>
void damped_quadratic(std::span<T> x, T b, T c);

/// x <- (scale x + shift)^exponent, exponent >= 1, by repeated squaring. Relative error at most
/// exponent - 1 roundings beyond exponent times that of scale x + shift.
template <class T>
void power(std::span<T> x, T scale, T shift, int exponent);

/// x <- sin^2(pi scale x), the argument reduced by whole turns first. At most 8 ulp of the function
/// at the rounded scale x.
template <class T>
void sin_squared(std::span<T> x, T scale);

}  // namespace mercer::math
