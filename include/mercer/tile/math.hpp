// Elementary functions on spans, at the full vector width of the CPU (chosen at run time).
#pragma once

#include <span>
#include <type_traits>

namespace mercer::math {

// All work in place; NaN stays NaN, and the same argument has the same image wherever it stands.
// Errors are in units in the last place (ulp) or relative (u = 2^-53 or 2^-24) and hold on every
// instruction set; in brackets: the largest measured, by tests/tile/math*_test.cpp against long
// double and once with millions of arguments. Scales and shifts are finite.

/// x <- exp(scale x), scale not rounded to T and the product exact. At most 1 ulp (0.99 in double,
/// 0.90 in float) over the whole range: subnormal results, 0 below and inf above are those of one
/// rounding.
template <class T>
void exp(std::span<T> x, double scale);

/// x <- 2^(scale x), with the range and the error of exp.
template <class T>
void exp2(std::span<T> x, double scale);

/// x <- (1 + linear r + quadratic r^2) exp(-r),  r = rate sqrt(x),  for x, rate, linear, quadratic
/// >= 0, in one pass from squared distances to Matern kernels; 1 at 0, 0 at infinity, NaN below 0.
/// At most 6 ulp (5.1; without the polynomial 1 ulp, 0.96) of the function at the rounded root,
/// with linear and quadratic rounded to T, while exp(-r) is a normal number; beyond, the rounding
/// of a subnormal exp(-r) is multiplied by the polynomial.
template <class T>
void matern(std::span<T> x, double rate, double linear, double quadratic);

/// x <- exp(-rate s),  s = sin^2(pi frequency sqrt(x)),  for x, rate >= 0, in one pass from squared
/// distances to the periodic kernel; 1 at 0, NaN below 0 and at infinity. Relative error at most
/// (2 + 4 rate s) u (0.86 of it) of the function at frequency sqrt(x) rounded twice, frequency
/// being rounded to T. Rates beyond 8e270 (double) or 1e30 (float) count as that.
template <class T>
void periodic(std::span<T> x, double frequency, double rate);

/// x <- (1 + scale x)^-exponent for scale x >= 0, 0 < exponent <= 1e30, by exp2(-exponent log2(1 +
/// scale x)); 0 at infinity. Relative error at most (4 + 4 exponent log(1 + scale x)) u (0.98 of
/// it) at the rounded product scale x, where the result is a normal number.
template <class T>
void inverse_power(std::span<T> x, T scale, T exponent);

/// x <- tanh(scale x + shift). At most 4 ulp (2.5); the argument is rounded once or twice.
template <class T>
void tanh(std::span<T> x, T scale, T shift);

/// x <- cos(scale x + shift), scale and shift not rounded to T and the argument exact, for |scale
/// x| up to 2e14 (double) or 4e5 (float); NaN from a little beyond on. At most 4 ulp (3.1); near
/// the zeros of large arguments, where the ulp of the result is small, u / 2.
template <class T>
void cos(std::span<T> x, double scale, double shift);

/// x <- sin^2(pi scale x), scale x less whole turns; NaN at infinity. At most 4 ulp (2.7) at the
/// rounded product scale x.
template <class T>
void sin_squared(std::span<T> x, T scale);

/// x <- scale sqrt(x) for x >= 0; NaN for x < 0. Two roundings: at most 1.5 ulp (1.35).
template <class T>
void sqrt(std::span<T> x, T scale);

/// x <- (scale x + shift)^exponent, exponent >= 1, by repeated squaring: exponent - 1 roundings at
/// most, beside exponent times the relative error of scale x + shift.
template <class T>
void power(std::span<T> x, T scale, T shift, int exponent);

/// x <- b^(halves / 2),  b = scale x + shift,  halves any integer, by repeated squaring, a root
/// where halves is odd and one division where it is negative. Relative error at most (|halves| / 2
/// + 2) u (0.80 of it), beside |halves| / 2 times that of b. For negative halves, 0 where
/// b^(|halves| / 2) is beyond the range of T, and inf at b = 0. For odd halves, NaN where b < 0.
template <class T>
void half_power(std::span<T> x, T scale, T shift, int halves);

/// x <- factor x. Here and below: one rounding, the bits of the plain loop.
template <class T>
void scale(std::span<T> x, T factor);

/// x <- x + y for y of the same size; y is x or does not overlap it.
template <class T>
void add(std::span<T> x, std::type_identity_t<std::span<const T>> y);

/// x <- x y, value by value, for y as for add.
template <class T>
void multiply(std::span<T> x, std::type_identity_t<std::span<const T>> y);

}  // namespace mercer::math
