// log2(1 + y) without cancellation, for each instruction set.
#include "core/simd_targets.hpp"

#if defined(MERCER_TILE_LOG_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MERCER_TILE_LOG_INL_HPP
#undef MERCER_TILE_LOG_INL_HPP
#else
#define MERCER_TILE_LOG_INL_HPP
#endif

#include "tile/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {

// log2((1 + s) / (1 - s)) / s in powers of s^2, lowest first, |s| <= 3 - 2 sqrt(2): minimax fits
// (Remez), relative errors 0.13 u (double) and 0.22 u (float).
template <class T>
struct LogCoefficients;
template <>
struct LogCoefficients<double> {
  static constexpr double c[] = {0x1.71547652b82fep+1, 0x1.ec709dc3a08f7p-1, 0x1.2776c50e491f0p-1,
                                 0x1.a61763cf9bb2ep-2, 0x1.484a9c2209552p-2, 0x1.0cb414ec63141p-2,
                                 0x1.c0cbadae92d5fp-3, 0x1.d90b959438bfcp-3};
  static constexpr double sqrt_half = 0x1.6a09e667f3bcdp-1;
};
template <>
struct LogCoefficients<float> {
  static constexpr float c[] = {0x1.715476p+1f, 0x1.ec73eap-1f, 0x1.2631bep-1f, 0x1.eba0e6p-2f};
  static constexpr float sqrt_half = 0x1.6a09e6p-1f;
};

// log2(1 + y) = k + log2(f),  1 + y = 2^k f,  sqrt(1/2) <= f < sqrt(2),  s = (f - 1) / (f + 1), for
// y >= 0; inf and NaN stay.
template <class T>
HWY_INLINE Block<T> log2_one_plus(const Block<T>& y) {
  const Lanes<T> tag;
  using V = Vector<T>;
  const hn::RebindToUnsigned<Lanes<T>> bits;
  constexpr int shift = Format<T>::mantissa_bits;
  const V one = hn::Set(tag, T(1)), half = hn::Set(tag, T(0.5));
  const V magic = hn::Set(tag, Format<T>::magic);
  const V largest = hn::Set(tag, std::numeric_limits<T>::max());
  const auto root_bits = hn::BitCast(bits, hn::Set(tag, LogCoefficients<T>::sqrt_half));
  const auto two_bits = hn::BitCast(bits, hn::Set(tag, T(2)));
  const auto magic_bits = hn::BitCast(bits, magic);

  struct Parts {
    V whole, s;
  };
  const auto parts = each(
      [&](V y_v) {
        const V sum = hn::Add(y_v, one);
        const V lost = hn::Sub(hn::Min(y_v, one), hn::Sub(sum, hn::Max(y_v, one)));  // exact
        const auto sum_bits = hn::BitCast(bits, sum);
        const auto k = hn::ShiftRight<shift>(hn::Sub(sum_bits, root_bits));
        const auto exponent = hn::ShiftLeft<shift>(k);
        const V f = hn::BitCast(tag, hn::Sub(sum_bits, exponent));
        const V scale = hn::BitCast(tag, hn::Sub(two_bits, exponent));  // 2^(1 - k), perhaps 0
        const V above_one = hn::MulAdd(hn::Mul(lost, half), scale, hn::Sub(f, one));
        const V whole = hn::Sub(hn::BitCast(tag, hn::Add(k, magic_bits)), magic);
        return Parts{whole, hn::Div(above_one, hn::Add(f, one))};
      },
      y);
  const auto q =
      polynomial(LogCoefficients<T>::c, each([](Parts p) { return hn::Mul(p.s, p.s); }, parts));
  return each(
      [&](Parts p, V q_v, V y_v) {
        const V logarithm = hn::MulAdd(p.s, q_v, p.whole);
        return hn::IfThenElse(hn::Le(y_v, largest), logarithm, y_v);
      },
      parts, q, y);
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
