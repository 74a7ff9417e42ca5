// 2^t for t = high + low, and functions of the form f(x) = g(x, 2^t(x)); for each instruction set.
#include "core/simd_targets.hpp"

#if defined(MERCER_TILE_EXP_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MERCER_TILE_EXP_INL_HPP
#undef MERCER_TILE_EXP_INL_HPP
#else
#define MERCER_TILE_EXP_INL_HPP
#endif

#include "tile/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {

// (2^r - 1) / r on |r| <= 1/2, lowest power first: minimax fits (Remez) of 2^r with ln 2 rounded as
// the first coefficient, relative errors 0.08 u (double) and 0.05 u (float).
template <class T>
struct Exp2Coefficients;
template <>
struct Exp2Coefficients<double> {
  static constexpr double c[] = {
      0x1.62e42fefa39efp-1,  0x1.ebfbdff82c59cp-3,  0x1.c6b08d704a0d4p-5,  0x1.3b2ab6fba110bp-7,
      0x1.5d87fe78b3ba1p-10, 0x1.4309130c2904bp-13, 0x1.ffcbfbf911bd7p-17, 0x1.62bfcd860a0a2p-20,
      0x1.b5260c889c97cp-24, 0x1.e61229dd12948p-28, 0x1.e81119c6da550p-32};
  static constexpr double ln2_low = 0x1.abc9e3b39803fp-56;  // ln 2 - c[0]
};
template <>
struct Exp2Coefficients<float> {
  static constexpr float c[] = {0x1.62e43p-1f,  0x1.ebfbdcp-3f,  0x1.c6af7ap-5f,
                                0x1.3b2dd2p-7f, 0x1.5f0948p-10f, 0x1.417a9cp-13f};
  static constexpr float ln2_low = -0x1.05c610p-29f;
};

// 2^t = p 2^k for t = high + low,  k = round(high),  p = 2^r,  r = (high - k) + low.
template <class T>
using Exponents = Four<TwoPart<Vector<T>>>;

// k, in the low bits.
template <class T>
HWY_INLINE Block<T> shifted_integer(const Exponents<T>& t) {
  const auto magic = hn::Set(Lanes<T>(), Format<T>::magic);
  return each([&](auto t_v) { return hn::Add(t_v.high, magic); }, t);
}

template <class T>
HWY_INLINE Block<T> exp2_of_fraction(const Exponents<T>& t, const Block<T>& shifted) {  // p
  const Lanes<T> tag;
  using V = Vector<T>;
  using C = Exp2Coefficients<T>;
  const V magic = hn::Set(tag, Format<T>::magic), one = hn::Set(tag, T(1));
  const auto fraction = each(  // exact
      [&](auto t_v, V s) { return hn::Sub(t_v.high, hn::Sub(s, magic)); }, t, shifted);
  const auto r = each([](auto t_v, V f) { return hn::Add(f, t_v.low); }, t, fraction);
#if HWY_NATIVE_FMA
  const auto q = polynomial(C::c, r);
  return each([&](V q_v, V r_v) { return hn::MulAdd(q_v, r_v, one); }, q, r);
#else
  // The roundings of unfused operations add up to 1.3 ulp. With r ln 2 in two parts, and the small
  // terms first, they stay below one.
  const V ln2 = hn::Set(tag, C::c[0]), ln2_low = hn::Set(tag, C::ln2_low);
  const auto q = polynomial<1>(C::c, r);
  return each(
      [&](auto t_v, V f, V r_v, V q_v) {
        const V linear = hn::Mul(f, ln2);
        const V error = hn::MulAdd(f, ln2_low, product_error<T>(f, ln2, linear));
        const V rest = hn::MulAdd(t_v.low, ln2, error);
        const V small = hn::MulAdd(hn::Mul(r_v, r_v), q_v, rest);
        return hn::Add(one, hn::Add(linear, small));
      },
      t, fraction, r, q);
#endif
}

// value 2^k, k in the low bits of shifted; value and result are normal numbers.
template <class T>
HWY_INLINE Vector<T> add_exponent(Vector<T> value, Vector<T> shifted) {
  const hn::RebindToSigned<Lanes<T>> bits;
  const auto k = hn::ShiftLeft<Format<T>::mantissa_bits>(hn::BitCast(bits, shifted));
  return hn::BitCast(Lanes<T>(), hn::Add(hn::BitCast(bits, value), k));
}

// Whether all 2^t are normal numbers; false where one is NaN.
template <class T>
HWY_INLINE bool all_normal(const Exponents<T>& t) {
  const Lanes<T> tag;
  const auto limit = hn::Set(tag, Format<T>::normal);
  const auto normal = each([&](auto t_v) { return hn::Le(hn::Abs(t_v.high), limit); }, t);
  return hn::AllTrue(tag,
                     hn::And(hn::And(normal.v[0], normal.v[1]), hn::And(normal.v[2], normal.v[3])));
}

template <class T>
HWY_INLINE Block<T> exp2_normal(const Exponents<T>& t) {
  const auto shifted = shifted_integer<T>(t);
  return each(add_exponent<T>, exp2_of_fraction<T>(t, shifted), shifted);
}

// The same where 2^t is a normal number; elsewhere one rounding, to a subnormal number, 0 or inf.
// NaN stays.
template <class T>
HWY_INLINE Block<T> exp2_anywhere(const Exponents<T>& t) {
  const Lanes<T> tag;
  using V = Vector<T>;
  const V highest = hn::Set(tag, Format<T>::highest), lowest = hn::Set(tag, Format<T>::lowest);
  const V magic = hn::Set(tag, Format<T>::magic), one = hn::Set(tag, T(1));
  const auto clamped = each(
      [&](auto t_v) {
        const V high = hn::IfThenElse(hn::Lt(t_v.high, lowest), lowest, t_v.high);
        const auto inside = hn::Le(hn::Abs(t_v.high), hn::Neg(lowest));
        // Where t is huge or infinite, low is garbage.
        return TwoPart<V>{hn::IfThenElse(hn::Gt(high, highest), highest, high),
                          hn::IfThenElseZero(inside, t_v.low)};
      },
      t);
  const auto shifted = shifted_integer<T>(clamped);
  return each(
      [&](auto t_v, V p, V s) {
        // 2^k in two factors: the second multiplication rounds. Products that underflow to 0 take
        // the processor long, those of 0 do not.
        p = hn::IfThenZeroElse(hn::Lt(t_v.high, lowest), p);
        const V k = hn::Sub(s, magic);
        const V half = hn::MulAdd(k, hn::Set(tag, T(0.5)), magic);
        const V rest = hn::Add(hn::Sub(k, hn::Sub(half, magic)), magic);
        return hn::Mul(hn::Mul(p, add_exponent<T>(one, half)), add_exponent<T>(one, rest));
      },
      t, exp2_of_fraction<T>(clamped, shifted), shifted);
}

// f(x) = finish(2^t, y),  t = exponent(y),  y = argument(x).
template <class Argument, class Exponent, class Finish>
struct Exp2Function {
  Argument argument;
  Exponent exponent;
  Finish finish;
};
template <class... F>
Exp2Function(F...) -> Exp2Function<F...>;

template <class T, class F>
HWY_NOINLINE HWY_FLATTEN void exp2_block_anywhere(T* block, const F& f) {
  const Block<T> y = f.argument(load(block));
  store<T>(f.finish(exp2_anywhere<T>(f.exponent(y)), y), block);
}

// x <- f(x). As long as all 2^t of a block are normal numbers, k is just added to the exponents.
template <class T, class F>
HWY_FLATTEN void exp2_in_place(std::span<T> x, const F& f) {
  for_each_block(x, [&](T* block) {
    const Block<T> y = f.argument(load(block));
    const Exponents<T> t = f.exponent(y);
    if (HWY_LIKELY(all_normal<T>(t))) {
      store<T>(f.finish(exp2_normal<T>(t), y), block);
    } else {
      exp2_block_anywhere(block, f);
    }
  });
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
