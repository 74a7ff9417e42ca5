// The functions of mercer/tile/math.hpp that rest on 2^t, for each instruction set.
#include <algorithm>
#include <cmath>
#include <span>

#include "core/simd_targets.hpp"

#if defined(MERCER_TILE_EXP_FUNCTIONS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MERCER_TILE_EXP_FUNCTIONS_INL_HPP
#undef MERCER_TILE_EXP_FUNCTIONS_INL_HPP
#else
#define MERCER_TILE_EXP_FUNCTIONS_INL_HPP
#endif

#include "tile/algebra-inl.hpp"
#include "tile/circle-inl.hpp"
#include "tile/exp-inl.hpp"
#include "tile/log-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {

constexpr TwoPart<double> log2_e = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};

// What a function has nothing to do to: its argument, or 2^t.
struct Unchanged {
  template <class B>
  HWY_INLINE B operator()(const B& block) const {
    return block;
  }
  template <class B>
  HWY_INLINE B operator()(const B& power, const B&) const {
    return power;
  }
};

template <class T>
HWY_INLINE Exponents<T> products(TwoPart<Vector<T>> factor, const Block<T>& x) {
  return each([&](Vector<T> v) { return product<T>(factor, v); }, x);
}

// x <- 2^(scale unit x).
template <class T>
void exp2_of_product(std::span<T> x, double scale, TwoPart<double> unit) {
  const double size = std::abs(scale);
  if (!(size >= 1 / double(Format<T>::moderate) && size <= double(Format<T>::moderate))) {
    // The parts of the factor would underflow or its products overflow: x takes its power of two,
    // in two steps, as that may be outside the range of T.
    constexpr int most = 2 * (std::numeric_limits<T>::max_exponent - 4);
    int exponent = 0;
    scale = std::frexp(scale, &exponent);
    exponent = scale == 0 ? -most : std::clamp(exponent, -most, most);
    const int half = exponent / 2;
    multiply_by(x, std::ldexp(T(1), half));
    multiply_by(x, std::ldexp(T(1), exponent - half));
  }
  const auto factor = broadcast(product<T>(scale, unit));
  const auto exponents = [&](const Block<T>& block) { return products<T>(factor, block); };
  exp2_in_place(x, Exp2Function{Unchanged(), exponents, Unchanged()});
}

template <class T>
void exp(std::span<T> x, double scale) {
  exp2_of_product(x, scale, log2_e);
}
template <class T>
void exp2(std::span<T> x, double scale) {
  exp2_of_product(x, scale, {1, 0});
}

// exp(-rate v) of roots v > 0 is 0 for all rates from steep on; rates beyond T give inf times 0.
template <class T>
double within_range(double rate) {
  return std::min(rate, double(Format<T>::steep));
}

template <class T>
void matern(std::span<T> d2, double rate, double linear, double quadratic) {
  const Lanes<T> tag;
  rate = within_range<T>(rate);
  const auto factor = broadcast(product<T>(-rate, log2_e));
  const auto roots = [](const Block<T>& block) {
    return each([](Vector<T> v) { return hn::Sqrt(v); }, block);
  };
  const auto exponents = [&](const Block<T>& root) { return products<T>(factor, root); };
  if (linear == 0 && quadratic == 0) {
    return exp2_in_place(d2, Exp2Function{roots, exponents, Unchanged()});
  }
  const auto a = broadcast(product<T>(rate, {1, 0}));
  const auto one = hn::Set(tag, T(1));
  const auto b = hn::Set(tag, static_cast<T>(linear)), c = hn::Set(tag, static_cast<T>(quadratic));
  const auto damped = [&](Vector<T> power, Vector<T> root) {
    const auto r = hn::MulAdd(a.low, root, hn::Mul(a.high, root));
    const auto polynomial = hn::MulAdd(hn::MulAdd(c, r, b), r, one);
    // 0 is the limit, and inf times 0 is not
    return hn::IfThenElse(hn::Eq(power, hn::Zero(tag)), power, hn::Mul(polynomial, power));
  };
  const auto finish = [&](const Block<T>& power, const Block<T>& root) {
    return each(damped, power, root);
  };
  exp2_in_place(d2, Exp2Function{roots, exponents, finish});
}

template <class T>
void periodic(std::span<T> d2, double frequency, double rate) {
  const auto f = hn::Set(Lanes<T>(), static_cast<T>(frequency));
  const auto factor = broadcast(product<T>(-within_range<T>(rate), log2_e));
  const auto turns = [&](Vector<T> v) { return hn::Mul(f, hn::Sqrt(v)); };
  const auto sines = [&](const Block<T>& block) { return sine_squared<T>(each(turns, block)); };
  const auto exponents = [&](const Block<T>& s) { return products<T>(factor, s); };
  exp2_in_place(d2, Exp2Function{sines, exponents, Unchanged()});
}

template <class T>
void inverse_power(std::span<T> x, T scale, T exponent) {
  const Lanes<T> tag;
  const auto a = hn::Set(tag, scale), minus_p = hn::Set(tag, -exponent);
  const auto scaled = [&](Vector<T> v) { return hn::Mul(a, v); };
  const auto times_minus_p = [&](Vector<T> v) {
    const auto high = hn::Mul(minus_p, v);
    return TwoPart<Vector<T>>{high, product_error<T>(minus_p, v, high)};
  };
  const auto logarithms = [&](const Block<T>& block) {
    return log2_one_plus<T>(each(scaled, block));
  };
  const auto exponents = [&](const Block<T>& logarithm) { return each(times_minus_p, logarithm); };
  exp2_in_place(x, Exp2Function{logarithms, exponents, Unchanged()});
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
