// Vectors four at a time, functions of them applied to spans, and products in two parts; for each
// instruction set.
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "core/simd_targets.hpp"

#if defined(MERCER_TILE_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MERCER_TILE_LANES_INL_HPP
#undef MERCER_TILE_LANES_INL_HPP
#else
#define MERCER_TILE_LANES_INL_HPP
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Lanes = hn::ScalableTag<T>;
template <class T>
using Vector = hn::Vec<Lanes<T>>;
template <class T>
constexpr std::size_t lanes = hn::MaxLanes(Lanes<T>());

// What the code needs to know of the formats.
template <class T>
struct Format;
template <>
struct Format<double> {
  static constexpr int mantissa_bits = 52;
  static constexpr double magic = 0x1.8p52;                // x + magic has round(x) in its low bits
  static constexpr double splitter = 0x1p27 + 1;           // see product_error
  static constexpr double highest = 1030, lowest = -1075;  // 2^t is inf above, 0 below
  static constexpr double normal = 1021;       // 2^t is a normal number for |t| up to here
  static constexpr double moderate = 0x1p900;  // factors and their inverses up to here are safe
  static constexpr double steep = 0x1p900;     // exp(-steep sqrt(x)) is 0 for the least x > 0
};
template <>
struct Format<float> {
  static constexpr int mantissa_bits = 23;
  static constexpr float magic = 0x1.8p23f;
  static constexpr float splitter = 0x1p12f + 1;
  static constexpr float highest = 130, lowest = -150;
  static constexpr float normal = 125;
  static constexpr float moderate = 0x1p60f;
  static constexpr float steep = 0x1p100f;
};

// Four values side by side, mostly vectors: the steps of one polynomial wait for each other, those
// of four fill the pipes.
template <class V>
struct Four {
  V v[4];
};
template <class F, class... V>
HWY_INLINE auto each(F f, const Four<V>&... x) -> Four<decltype(f(x.v[0]...))> {
  return {{f(x.v[0]...), f(x.v[1]...), f(x.v[2]...), f(x.v[3]...)}};
}

template <class T>
using Block = Four<Vector<T>>;
template <class T>
constexpr std::size_t block_size = 4 * lanes<T>;

template <class T>
HWY_INLINE Block<T> load(const T* x) {
  const Lanes<T> tag;
  return {{hn::LoadU(tag, x), hn::LoadU(tag, x + lanes<T>), hn::LoadU(tag, x + 2 * lanes<T>),
           hn::LoadU(tag, x + 3 * lanes<T>)}};
}
template <class T>
HWY_INLINE void store(const Block<T>& block, T* x) {
  for (std::size_t v = 0; v < 4; ++v) hn::StoreU(block.v[v], Lanes<T>(), x + v * lanes<T>);
}

// Calls f(pointer) for each block of x; the remainder goes through a padded copy, so that every
// element is computed by the same instructions wherever it stands. One call in the source: a second
// would keep the compiler from inlining f.
template <class T, class F>
HWY_INLINE void for_each_block(std::span<T> x, F f) {
  for (std::size_t i = 0; i < x.size(); i += block_size<T>) {
    const std::size_t count = x.size() - i;
    T padded[block_size<T>];
    T* block = x.data() + i;
    if (HWY_UNLIKELY(count < block_size<T>)) {
      std::copy(block, block + count, padded);
      std::fill(padded + count, padded + block_size<T>, T(0));
      block = padded;
    }
    f(block);
    if (HWY_UNLIKELY(count < block_size<T>)) std::copy(padded, padded + count, x.data() + i);
  }
}

// x <- f(x), a block at a time.
template <class T, class F>
HWY_FLATTEN void in_place(std::span<T> x, const F& f) {
  for_each_block(x, [&](T* block) { store<T>(f(load(block)), block); });
}

// c[first] + c[first + 1] x + ... by Horner's rule.
template <std::size_t first = 0, class T, std::size_t n>
HWY_INLINE Block<T> polynomial(const T (&c)[n], const Block<T>& x) {
  const Lanes<T> tag;
  const auto last = hn::Set(tag, c[n - 1]);
  Block<T> sum = {{last, last, last, last}};
  for (std::size_t k = n - 1; k-- > first;) {
    const auto next = hn::Set(tag, c[k]);
    sum = each([&](Vector<T> s, Vector<T> v) { return hn::MulAdd(s, v, next); }, sum, x);
  }
  return sum;
}

// A number of about twice the digits of T: the unevaluated sum high + low.
template <class V>
struct TwoPart {
  V high, low;
};

// factor * c, rounded to two parts in T.
template <class T>
TwoPart<T> product(double factor, TwoPart<double> c) {
  const double high = factor * c.high;
  const double low = std::fma(factor, c.high, -high) + factor * c.low;
  const T first = static_cast<T>(high);
  return {first, static_cast<T>((high - static_cast<double>(first)) + low)};
}

// a b - ab exactly, ab being the rounded product.
template <class T>
HWY_INLINE Vector<T> product_error(Vector<T> a, Vector<T> b, Vector<T> ab) {
#if HWY_NATIVE_FMA
  return hn::MulSub(a, b, ab);
#else
  // Dekker 1971: the factors in halves, whose products are exact.
  const auto splitter = hn::Set(Lanes<T>(), Format<T>::splitter);
  const auto upper = [&](Vector<T> v) {
    const auto shifted = hn::Mul(splitter, v);
    return hn::Sub(shifted, hn::Sub(shifted, v));
  };
  const auto a1 = upper(a), b1 = upper(b);
  const auto a2 = hn::Sub(a, a1), b2 = hn::Sub(b, b1);
  const auto most =
      hn::Add(hn::Add(hn::Sub(hn::Mul(a1, b1), ab), hn::Mul(a1, b2)), hn::Mul(a2, b1));
  return hn::Add(most, hn::Mul(a2, b2));
#endif
}

// c x in two parts.
template <class T>
HWY_INLINE TwoPart<Vector<T>> product(TwoPart<Vector<T>> c, Vector<T> x) {
  const auto high = hn::Mul(c.high, x);
  return {high, hn::MulAdd(c.low, x, product_error<T>(c.high, x, high))};
}

template <class T>
HWY_INLINE TwoPart<Vector<T>> broadcast(TwoPart<T> c) {
  return {hn::Set(Lanes<T>(), c.high), hn::Set(Lanes<T>(), c.low)};
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
