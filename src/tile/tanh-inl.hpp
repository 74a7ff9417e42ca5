// tanh by exp(z) - 1 without cancellation, for each instruction set.
#include <span>

#include "core/simd_targets.hpp"

#if defined(MERCER_TILE_TANH_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MERCER_TILE_TANH_INL_HPP
#undef MERCER_TILE_TANH_INL_HPP
#else
#define MERCER_TILE_TANH_INL_HPP
#endif

#include "tile/exp-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {

// (exp(z) - 1 - z) / z^2 on |z| <= ln(2) / 2, lowest power first: minimax fits (Remez) of exp(z) -
// 1, relative errors 0.30 u (double) and 0.29 u (float).
template <class T>
struct ExpMinusOneCoefficients;
template <>
struct ExpMinusOneCoefficients<double> {
  static constexpr double c[] = {
      0x1.0000000000005p-1,  0x1.5555555555539p-3,  0x1.555555555228ep-5,  0x1.1111111119012p-7,
      0x1.6c16c17ee7251p-10, 0x1.a01a0174fa992p-13, 0x1.a019a74a74dcfp-16, 0x1.71de88260114ep-19,
      0x1.28a206913e254p-22, 0x1.ae6baa93fcad7p-26};
  static constexpr double per_ln2 = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42feep-1;  // its multiples by k are exact
  static constexpr double ln2_low = 0x1.a39ef35793c76p-33;
};
template <>
struct ExpMinusOneCoefficients<float> {
  static constexpr float c[] = {0x1.fffffep-2f, 0x1.5554bp-3f, 0x1.555674p-5f, 0x1.1227bp-7f,
                                0x1.6bebfep-10f};
  static constexpr float per_ln2 = 0x1.715476p+0f;
  static constexpr float ln2_high = 0x1.62e4p-1f;
  static constexpr float ln2_low = 0x1.7f7d1cp-20f;
};

// tanh |y| = -e / (2 + e),  e = exp(-2 |y|) - 1 = 2^k w + (2^k - 1),  w = exp(z) - 1,
// z = -2 |y| - k ln 2; for small y, k is 0 and e all w.
template <class T>
void tanh(std::span<T> x, T scale, T shift) {
  const Lanes<T> tag;
  using V = Vector<T>;
  using C = ExpMinusOneCoefficients<T>;
  const V a = hn::Set(tag, scale), b = hn::Set(tag, shift);
  const V one = hn::Set(tag, T(1)), two = hn::Set(tag, T(2)), minus_two = hn::Set(tag, T(-2));
  const V magic = hn::Set(tag, Format<T>::magic), per_ln2 = hn::Set(tag, C::per_ln2);
  const V ln2_high = hn::Set(tag, C::ln2_high), ln2_low = hn::Set(tag, C::ln2_low);
  const V most = hn::Set(tag, T(20));  // from here on tanh is +-1 to the last bit
  struct Parts {
    V z, power;
  };
  in_place(x, [&](const Block<T>& block) {
    const auto y = each([&](V v) { return hn::MulAdd(a, v, b); }, block);
    const auto parts = each(
        [&](V y_v) {
          const V size = hn::Abs(y_v);
          const V t = hn::Mul(minus_two, hn::IfThenElse(hn::Gt(size, most), most, size));
          const V shifted = hn::MulAdd(t, per_ln2, magic);
          const V k = hn::Sub(shifted, magic);
          const V z = hn::NegMulAdd(k, ln2_low, hn::NegMulAdd(k, ln2_high, t));
          return Parts{z, add_exponent<T>(one, shifted)};
        },
        y);
    const auto q = polynomial(C::c, each([](Parts p) { return p.z; }, parts));
    return each(
        [&](Parts p, V q_v, V y_v) {
          const V w = hn::MulAdd(hn::Mul(p.z, p.z), q_v, p.z);
          const V e = hn::MulAdd(p.power, w, hn::Sub(p.power, one));
          return hn::CopySign(hn::Div(e, hn::Add(two, e)), y_v);
        },
        parts, q, y);
  });
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
