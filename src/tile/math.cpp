// Highway compiles this file once for each instruction set and picks one at run time.
#include "mercer/tile/math.hpp"

#include <bit>
#include <cstdint>
#include <limits>

#include "tile/simd_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/math.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Lanes = hn::ScalableTag<T>;

// exp(r) on |r| <= ln(2) / 2: minimax polynomials with the first two coefficients fixed at 1,
// relative error 8.4e-18 (double, degree 11) and 3.2e-9 (float, degree 6).
template <class T>
struct ExpConstants;
template <>
struct ExpConstants<double> {
  static constexpr double inverse_ln2 = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42feep-1;  // 32 bits: its multiples by k are exact
  static constexpr double ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr double magic = 0x1.8p52;  // x + magic has round(x) in its low bits
  static constexpr int mantissa_bits = 52;
  static constexpr double lowest = -746, highest = 710;  // exp is 0 below, inf above
  static constexpr double one_step = -708;               // above: normal results
  static constexpr double coefficients[] = {
      0x1.af4ddd84882fep-26, 0x1.28a2c0a7209fbp-22, 0x1.71de02375656cp-19, 0x1.a019a66a75dd4p-16,
      0x1.a01a01abe62ddp-13, 0x1.6c16c17f43a58p-10, 0x1.11111111100dfp-7,  0x1.55555555520afp-5,
      0x1.5555555555557p-3,  0x1.0000000000005p-1};
};
template <>
struct ExpConstants<float> {
  static constexpr float inverse_ln2 = 0x1.715476p+0f;
  static constexpr float ln2_high = 0x1.62e4p-1f;
  static constexpr float ln2_low = 0x1.7f7d1cp-20f;
  static constexpr float magic = 0x1.8p23f;
  static constexpr int mantissa_bits = 23;
  static constexpr float lowest = -104, highest = 89;
  static constexpr float one_step = -87;
  static constexpr float coefficients[] = {0x1.6db426p-10f, 0x1.123b56p-7f, 0x1.55545ep-5f,
                                           0x1.55548ep-3f, 0x1.0p-1f};
};

// exp(x) = 2^k exp(r),  k = round(x / ln 2),  r = x - k ln 2.
template <class T, class V>
HWY_INLINE V exp_vector(Lanes<T> tag, V x) {
  using C = ExpConstants<T>;
  const hn::RebindToSigned<Lanes<T>> bits;
  // Comparisons with NaN are false, so NaN passes the clamps.
  x = hn::IfThenElse(hn::Lt(x, hn::Set(tag, C::lowest)), hn::Set(tag, C::lowest), x);
  x = hn::IfThenElse(hn::Gt(x, hn::Set(tag, C::highest)), hn::Set(tag, C::highest), x);
  const V magic = hn::Set(tag, C::magic);
  const V rounded = hn::MulAdd(x, hn::Set(tag, C::inverse_ln2), magic);
  const V k = hn::Sub(rounded, magic);
  const V high = hn::NegMulAdd(k, hn::Set(tag, C::ln2_high), x);  // exact
  const V one = hn::Set(tag, T(1));
  const auto polynomial = [&](V r) {  // q in exp(r) = 1 + r + r^2 q(r)
    V q = hn::Set(tag, C::coefficients[0]);
    for (std::size_t c = 1; c < sizeof(C::coefficients) / sizeof(T); ++c) {
      q = hn::MulAdd(q, r, hn::Set(tag, C::coefficients[c]));
    }
    return q;
  };
#if HWY_NATIVE_FMA
  const V r = hn::NegMulAdd(k, hn::Set(tag, C::ln2_low), high);
  const V p = hn::MulAdd(hn::MulAdd(polynomial(r), r, one), r, one);
#else
  // Without fused operations three of their roundings would add up to 1.13 ulp. Three operations
  // more leave two: 1 + (high + (low + r^2 q)), the inner sum being small.
  const V low = hn::Mul(k, hn::Set(tag, -C::ln2_low));
  const V r = hn::Add(high, low);
  const V p = hn::Add(one, hn::Add(high, hn::MulAdd(hn::Mul(r, r), polynomial(r), low)));
#endif
  const auto power_of_two = [&](V shifted) {  // adds the integer in the low bits to the exponent
    return hn::ShiftLeft<C::mantissa_bits>(hn::BitCast(bits, shifted));
  };
  const auto simple =
      hn::And(hn::Ge(x, hn::Set(tag, C::one_step)), hn::Le(x, hn::Set(tag, -C::one_step)));
  if (HWY_LIKELY(hn::AllTrue(tag, simple))) {
    return hn::BitCast(tag, hn::Add(hn::BitCast(bits, p), power_of_two(rounded)));
  }
  // Results that may be subnormal or inf: 2^k in two factors, the second multiplication rounds.
  const V half = hn::MulAdd(k, hn::Set(tag, T(0.5)), magic);
  const V rest = hn::Add(hn::Sub(k, hn::Sub(half, magic)), magic);
  const auto scaled = [&](V value, V shifted) {
    return hn::Mul(value, hn::BitCast(tag, hn::Add(hn::BitCast(bits, one), power_of_two(shifted))));
  };
  return scaled(scaled(p, half), rest);
}

// Calls f on all of x, a vector at a time; the remainder goes through a padded copy, so that every
// element is computed by the same instructions wherever it stands.
template <class T, class F>
HWY_INLINE void in_place(T* HWY_RESTRICT x, std::size_t n, F f) {
  const Lanes<T> tag;
  constexpr std::size_t lanes = hn::MaxLanes(Lanes<T>());
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(hn::LoadU(tag, x + i)), tag, x + i);
  if (i == n) return;
  T rest[lanes] = {};
  for (std::size_t k = i; k < n; ++k) rest[k - i] = x[k];
  hn::StoreU(f(hn::LoadU(tag, rest)), tag, rest);
  for (std::size_t k = i; k < n; ++k) x[k] = rest[k - i];
}

template <class V>
HWY_INLINE V keep_nan(V argument, V value) {
  return hn::IfThenElse(hn::IsNaN(argument), argument, value);
}

template <class T>
void exp_any(T* x, std::size_t n, T scale) {
  const Lanes<T> tag;
  const auto factor = hn::Set(tag, scale);
  in_place(x, n, [&](auto v) { return exp_vector<T>(tag, hn::Mul(v, factor)); });
}
template <class T>
void sqrt_any(T* x, std::size_t n, T scale) {
  const auto factor = hn::Set(Lanes<T>(), scale);
  in_place(x, n, [&](auto v) { return hn::Mul(factor, hn::Sqrt(v)); });
}
template <class T>
void tanh_any(T* x, std::size_t n, T scale, T shift) {
  const Lanes<T> tag;
  const auto a = hn::Set(tag, scale);
  const auto b = hn::Set(tag, shift);
  // tanh is +-1 to the last bit beyond 20; the clamp keeps exp(2 x) finite.
  const auto limit = hn::Set(tag, T(20));
  in_place(x, n, [&](auto v) {
    const auto argument = hn::MulAdd(a, v, b);
    const auto clamped = hn::Min(hn::Max(argument, hn::Neg(limit)), limit);
    return keep_nan(argument, hn::Tanh(tag, clamped));
  });
}
template <class T>
void inverse_power_any(T* x, std::size_t n, T scale, T exponent) {
  const Lanes<T> tag;
  const auto a = hn::Set(tag, scale);
  const auto minus_p = hn::Set(tag, -exponent);
  const auto largest = hn::Set(tag, std::numeric_limits<T>::max());
  in_place(x, n, [&](auto v) {
    const auto argument = hn::Mul(a, v);
    // Log1p is for finite arguments; inf and NaN are their own logarithms.
    const auto logarithm =
        hn::IfThenElse(hn::Le(argument, largest), hn::Log1p(tag, argument), argument);
    return exp_vector<T>(tag, hn::Mul(minus_p, logarithm));
  });
}
template <class T>
void damped_quadratic_any(T* x, std::size_t n, T b, T c) {
  const Lanes<T> tag;
  const auto linear = hn::Set(tag, b);
  const auto quadratic = hn::Set(tag, c);
  const auto one = hn::Set(tag, T(1));
  // exp(-x) is 0 from here on, which inf times 0 would not be.
  const auto limit = hn::Set(tag, -ExpConstants<T>::lowest);
  in_place(x, n, [&](auto v) {
    v = hn::IfThenElse(hn::Gt(v, limit), limit, v);
    const auto polynomial = hn::MulAdd(hn::MulAdd(quadratic, v, linear), v, one);
    return hn::Mul(polynomial, exp_vector<T>(tag, hn::Neg(v)));
  });
}
template <class T>
void power_any(T* x, std::size_t n, T scale, T shift, int exponent) {
  const Lanes<T> tag;
  const auto a = hn::Set(tag, scale);
  const auto b = hn::Set(tag, shift);
  const unsigned bits = static_cast<unsigned>(exponent);
  const unsigned top = std::bit_floor(bits);
  in_place(x, n, [&](auto v) {
    const auto base = hn::MulAdd(a, v, b);
    auto result = base;
    for (unsigned bit = top >> 1; bit != 0; bit >>= 1) {
      result = hn::Mul(result, result);
      if (bits & bit) result = hn::Mul(result, base);
    }
    return result;
  });
}
template <class T>
void sin_squared_any(T* x, std::size_t n, T scale) {
  const Lanes<T> tag;
  const auto a = hn::Set(tag, scale);
  const auto pi = hn::Set(tag, T(3.14159265358979323846));
  in_place(x, n, [&](auto v) {
    const auto turns = hn::Mul(a, v);
    const auto fraction = hn::Sub(turns, hn::Round(turns));  // exact, in [-1/2, 1/2]
    const auto sine = hn::Sin(tag, hn::Mul(pi, fraction));
    return keep_nan(turns, hn::Mul(sine, sine));
  });
}

#define MERCER_FOR_BOTH(name, parameters, ...)                                                 \
  void name##_double(double* x, std::size_t n parameters(double)) { name##_any(__VA_ARGS__); } \
  void name##_float(float* x, std::size_t n parameters(float)) { name##_any(__VA_ARGS__); }
#define MERCER_SCALE(T) , T scale
#define MERCER_SCALE_SHIFT(T) , T scale, T shift
#define MERCER_SCALE_EXPONENT(T) , T scale, T exponent
#define MERCER_B_C(T) , T b, T c
#define MERCER_SCALE_SHIFT_POWER(T) , T scale, T shift, int exponent
MERCER_FOR_BOTH(exp, MERCER_SCALE, x, n, scale)
MERCER_FOR_BOTH(sqrt, MERCER_SCALE, x, n, scale)
MERCER_FOR_BOTH(tanh, MERCER_SCALE_SHIFT, x, n, scale, shift)
MERCER_FOR_BOTH(inverse_power, MERCER_SCALE_EXPONENT, x, n, scale, exponent)
MERCER_FOR_BOTH(sin_squared, MERCER_SCALE, x, n, scale)
MERCER_FOR_BOTH(damped_quadratic, MERCER_B_C, x, n, b, c)
MERCER_FOR_BOTH(power, MERCER_SCALE_SHIFT_POWER, x, n, scale, shift, exponent)
#undef MERCER_FOR_BOTH
#undef MERCER_B_C
#undef MERCER_SCALE_SHIFT_POWER
#undef MERCER_SCALE
#undef MERCER_SCALE_SHIFT
#undef MERCER_SCALE_EXPONENT

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

#define MERCER_EXPORT(name)  \
  HWY_EXPORT(name##_double); \
  HWY_EXPORT(name##_float)
MERCER_EXPORT(exp);
MERCER_EXPORT(sqrt);
MERCER_EXPORT(tanh);
MERCER_EXPORT(inverse_power);
MERCER_EXPORT(sin_squared);
MERCER_EXPORT(damped_quadratic);
MERCER_EXPORT(power);
#undef MERCER_EXPORT

namespace math {

template <>
void exp(std::span<double> x, double scale) {
  HWY_DYNAMIC_DISPATCH(exp_double)(x.data(), x.size(), scale);
}
template <>
void exp(std::span<float> x, float scale) {
  HWY_DYNAMIC_DISPATCH(exp_float)(x.data(), x.size(), scale);
}
template <>
void sqrt(std::span<double> x, double scale) {
  HWY_DYNAMIC_DISPATCH(sqrt_double)(x.data(), x.size(), scale);
}
template <>
void sqrt(std::span<float> x, float scale) {
  HWY_DYNAMIC_DISPATCH(sqrt_float)(x.data(), x.size(), scale);
}
template <>
void tanh(std::span<double> x, double scale, double shift) {
  HWY_DYNAMIC_DISPATCH(tanh_double)(x.data(), x.size(), scale, shift);
}
template <>
void tanh(std::span<float> x, float scale, float shift) {
  HWY_DYNAMIC_DISPATCH(tanh_float)(x.data(), x.size(), scale, shift);
}
template <>
void inverse_power(std::span<double> x, double scale, double exponent) {
  HWY_DYNAMIC_DISPATCH(inverse_power_double)(x.data(), x.size(), scale, exponent);
}
template <>
void inverse_power(std::span<float> x, float scale, float exponent) {
  HWY_DYNAMIC_DISPATCH(inverse_power_float)(x.data(), x.size(), scale, exponent);
}
template <>
void damped_quadratic(std::span<double> x, double b, double c) {
  HWY_DYNAMIC_DISPATCH(damped_quadratic_double)(x.data(), x.size(), b, c);
}
template <>
void damped_quadratic(std::span<float> x, float b, float c) {
  HWY_DYNAMIC_DISPATCH(damped_quadratic_float)(x.data(), x.size(), b, c);
}
template <>
void power(std::span<double> x, double scale, double shift, int exponent) {
  HWY_DYNAMIC_DISPATCH(power_double)(x.data(), x.size(), scale, shift, exponent);
}
template <>
void power(std::span<float> x, float scale, float shift, int exponent) {
  HWY_DYNAMIC_DISPATCH(power_float)(x.data(), x.size(), scale, shift, exponent);
}
template <>
void sin_squared(std::span<double> x, double scale) {
  HWY_DYNAMIC_DISPATCH(sin_squared_double)(x.data(), x.size(), scale);
}
template <>
void sin_squared(std::span<float> x, float scale) {
  HWY_DYNAMIC_DISPATCH(sin_squared_float)(x.data(), x.size(), scale);
}

}  // namespace math
}  // namespace mercer
#endif
