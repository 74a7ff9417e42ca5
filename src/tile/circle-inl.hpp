// Sines and cosines of angles in turns, for each instruction set.
#include <cmath>
#include <span>

#include "core/simd_targets.hpp"

#if defined(MERCER_TILE_CIRCLE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MERCER_TILE_CIRCLE_INL_HPP
#undef MERCER_TILE_CIRCLE_INL_HPP
#else
#define MERCER_TILE_CIRCLE_INL_HPP
#endif

#include "tile/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {

// In powers of h^2, lowest first, |h| <= 1/4 (Remez): sin(2 pi h) / h, relative errors 0.36 u
// (double) and 0.48 u (float), and sin^2(pi h) / h^2, 0.65 u and 0.50 u.
template <class T>
struct CircleCoefficients;
template <>
struct CircleCoefficients<double> {
  static constexpr double sine[] = {
      0x1.921fb54442d18p+2,  -0x1.4abbce625be0fp+5, 0x1.466bc67757ff6p+6,
      -0x1.32d2cce4ddd0bp+6, 0x1.507833e752fabp+5,  -0x1.e306fb7c63f76p+3,
      0x1.e8db77804b928p+1,  -0x1.6bda9de1fa5e2p-1, 0x1.2ad00995610ffp-4};
  static constexpr double sine_squared[] = {
      0x1.3bd3cc9be45dep+3, -0x1.03c1f081b5a2fp+5, 0x1.55d3c7e3c1e59p+5, -0x1.e1f50680b9e38p+4,
      0x1.a6d1ef38cb55bp+3, -0x1.f9d209f96d1e7p+1, 0x1.b6855d255a10cp-1, -0x1.1530d49cf2f7ep-3};
  static constexpr double most_turns = 0x1p45;
};
template <>
struct CircleCoefficients<float> {
  static constexpr float sine[] = {0x1.921fb6p+2f, -0x1.4abbfp+5f, 0x1.466f3ep+6f, -0x1.32e974p+6f,
                                   0x1.4701dep+5f};
  static constexpr float sine_squared[] = {0x1.3bd3ccp+3f, -0x1.03c1a4p+5f, 0x1.55bbc6p+5f,
                                           -0x1.dcfda6p+4f, 0x1.4d1eeap+3f};
  static constexpr float most_turns = 0x1p16f;
};

// sin^2(pi turns):  turns less whole turns = +-h or +-(1/2 - h),  h <= 1/4.
template <class T>
HWY_INLINE Block<T> sine_squared(const Block<T>& turns) {
  const Lanes<T> tag;
  using V = Vector<T>;
  const V half = hn::Set(tag, T(0.5)), one = hn::Set(tag, T(1));
  const auto fraction = each(  // exact, in [0, 1/2]
      [](V v) { return hn::Abs(hn::Sub(v, hn::Round(v))); }, turns);
  const auto h = each([&](V f) { return hn::Min(f, hn::Sub(half, f)); }, fraction);
  const auto q = polynomial(CircleCoefficients<T>::sine_squared,
                            each([](V h_v) { return hn::Mul(h_v, h_v); }, h));
  return each(
      [&](V f, V h_v, V q_v) {
        const V s = hn::Mul(h_v, hn::Mul(h_v, q_v));  // h^2 may be subnormal, h q is not
        return hn::IfThenElse(hn::Gt(f, hn::Sub(half, f)), hn::Sub(one, s), s);
      },
      fraction, h, q);
}

// cos(2 pi (a + b)) for two angles in turns, |b| <= 1/2:  sin(2 pi h),  h = 1/4 - |t|, t = a + b
// less whole turns, the low parts added last, so that the zeros are met. NaN for a beyond
// most_turns.
template <class T>
HWY_INLINE Block<T> cosine(const Four<TwoPart<Vector<T>>>& a, TwoPart<Vector<T>> b) {
  const Lanes<T> tag;
  using V = Vector<T>;
  const V quarter = hn::Set(tag, T(0.25)), nan = hn::NaN(tag);
  const V most = hn::Set(tag, CircleCoefficients<T>::most_turns);
  const auto h = each(
      [&](auto a_v) {
        const V part = hn::Sub(a_v.high, hn::Round(a_v.high));  // exact
        const V sum = hn::Add(part, b.high);
        const V added = hn::Sub(sum, part);
        const V lost = hn::Add(hn::Sub(part, hn::Sub(sum, added)), hn::Sub(b.high, added));
        const V low = hn::Add(a_v.low, hn::Add(lost, b.low));
        const V t = hn::Sub(sum, hn::Round(sum));  // exact
        const V signed_low = hn::Xor(low, hn::And(t, hn::SignBit(tag)));
        return hn::Sub(hn::Sub(quarter, hn::Abs(t)), signed_low);
      },
      a);
  const auto q =
      polynomial(CircleCoefficients<T>::sine, each([](V h_v) { return hn::Mul(h_v, h_v); }, h));
  return each(
      [&](auto a_v, V h_v, V q_v) {
        return hn::IfThenElse(hn::Le(hn::Abs(a_v.high), most), hn::Mul(h_v, q_v), nan);
      },
      a, h, q);
}

template <class T>
void sin_squared(std::span<T> x, T scale) {
  const auto a = hn::Set(Lanes<T>(), scale);
  in_place(x, [&](const Block<T>& block) {
    return sine_squared<T>(each([&](Vector<T> v) { return hn::Mul(a, v); }, block));
  });
}

template <class T>
void cos(std::span<T> x, double scale, double shift) {
  constexpr TwoPart<double> turns = {0x1.45f306dc9c883p-3, -0x1.6b01ec5417056p-57};  // 1 / (2 pi)
  const auto factor = broadcast(product<T>(scale, turns));
  TwoPart<double> angle = product<double>(shift, turns);
  angle.high -= std::nearbyint(angle.high);
  const auto start = broadcast(product<T>(1, angle));
  in_place(x, [&](const Block<T>& block) {
    return cosine<T>(each([&](Vector<T> v) { return product<T>(factor, v); }, block), start);
  });
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
