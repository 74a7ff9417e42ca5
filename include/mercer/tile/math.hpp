// Elementary functions on spans, at the full vector width of the CPU (chosen at run time).
#pragma once

#include <span>

namespace mercer::math {

// All work in place; NaN stays NaN. The errors are of the function at the rounded argument, in
// units in the last place (ulp) or relative (u = 2^-53 or 2^-24), on every instruction set;
// tests/tile/math_test.cpp measures them against long double. In brackets: the largest seen there.

/// x <- exp(scale x). At most 1 ulp (0.88) over the whole range, subnormal results included; 0
/// below, inf above.
template <class T>
void exp(std::span<T> x, T scale);

/// x <- scale sqrt(x) for x >= 0; NaN for x < 0. Two roundings: at most 1.5 ulp (1.35).
template <class T>
void sqrt(std::span<T> x, T scale);

/// x <- tanh(scale x + shift). At most 4 ulp (3.07); the argument is rounded once or twice.
template <class T>
void tanh(std::span<T> x, T scale, T shift);

/// x <- (1 + scale x)^-exponent for scale x >= 0, exponent > 0, by exp(-exponent log1p(scale x)); 0
/// at infinity. Relative error at most (4 + 4 exponent log1p(scale x)) u.
template <class T>
void inverse_power(std::span<T> x, T scale, T exponent);

/// x <- (1 + b x + c x^2) exp(-x) for x, b, c >= 0; 0 at infinity. At most 4 ulp (2.83) while
/// exp(-x) is a normal number, up to x = 708 (double) or 87 (float); beyond, the rounding of the
/// subnormal exp(-x) is multiplied by the polynomial.
template <class T>
void damped_quadratic(std::span<T> x, T b, T c);

/// x <- (scale x + shift)^exponent, exponent >= 1, by repeated squaring: exponent - 1 roundings at
/// most, beside exponent times the relative error of scale x + shift.
template <class T>
void power(std::span<T> x, T scale, T shift, int exponent);

/// x <- sin^2(pi scale x), the argument reduced by whole turns first. At most 6 ulp (5.51).
template <class T>
void sin_squared(std::span<T> x, T scale);

}  // namespace mercer::math
