// The functions of mercer/tile/math.hpp that are made of arithmetic and roots, for each instruction
// set.
#include <bit>
#include <cmath>
#include <span>

#include "core/simd_targets.hpp"

#if defined(MERCER_TILE_ALGEBRA_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MERCER_TILE_ALGEBRA_INL_HPP
#undef MERCER_TILE_ALGEBRA_INL_HPP
#else
#define MERCER_TILE_ALGEBRA_INL_HPP
#endif

#include "tile/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {

// x <- f(x), a vector at a time
template <class T, class F>
HWY_INLINE void in_place_by_vectors(std::span<T> x, const F& f) {
  in_place(x, [&](const Block<T>& block) { return each(f, block); });
}

template <class T>
void multiply_by(std::span<T> x, T factor) {
  const auto a = hn::Set(Lanes<T>(), factor);
  in_place_by_vectors(x, [&](Vector<T> v) { return hn::Mul(a, v); });
}

// x <- f(x, y)
template <class T, class F>
HWY_INLINE void combine(std::span<T> x, std::span<const T> y, F f) {
  const Lanes<T> tag;
  std::size_t i = 0;
  for (; i + lanes<T> <= x.size(); i += lanes<T>) {
    hn::StoreU(f(hn::LoadU(tag, x.data() + i), hn::LoadU(tag, y.data() + i)), tag, x.data() + i);
  }
  const hn::CappedTag<T, 1> one;
  for (; i < x.size(); ++i) {
    hn::StoreU(f(hn::LoadU(one, x.data() + i), hn::LoadU(one, y.data() + i)), one, x.data() + i);
  }
}
template <class T>
void add(std::span<T> x, std::span<const T> y) {
  combine(x, y, [](auto a, auto b) { return hn::Add(a, b); });
}
template <class T>
void multiply(std::span<T> x, std::span<const T> y) {
  combine(x, y, [](auto a, auto b) { return hn::Mul(a, b); });
}

template <class T>
void sqrt(std::span<T> x, T scale) {
  const auto factor = hn::Set(Lanes<T>(), scale);
  in_place_by_vectors(x, [&](Vector<T> v) { return hn::Mul(factor, hn::Sqrt(v)); });
}

template <class T>
HWY_INLINE Block<T> product(const Block<T>& x, const Block<T>& y) {
  return each([](auto a, auto b) { return hn::Mul(a, b); }, x, y);
}
template <class T>
HWY_INLINE Block<T> line(T scale, const Block<T>& x, T shift) {
  const auto a = hn::Set(Lanes<T>(), scale), b = hn::Set(Lanes<T>(), shift);
  return each([&](Vector<T> v) { return hn::MulAdd(a, v, b); }, x);
}

// base^exponent, exponent >= 1, by repeated squaring from its highest bit down.
template <class T>
HWY_INLINE Block<T> integer_power(const Block<T>& base, unsigned exponent) {
  auto result = base;
  for (unsigned bit = std::bit_floor(exponent) >> 1; bit != 0; bit >>= 1) {
    result = product<T>(result, result);
    if (exponent & bit) result = product<T>(result, base);
  }
  return result;
}
template <class T>
void power(std::span<T> x, T scale, T shift, int exponent) {
  in_place(x, [&](const Block<T>& block) {
    return integer_power<T>(line(scale, block, shift), static_cast<unsigned>(exponent));
  });
}
template <class T>
void half_power(std::span<T> x, T scale, T shift, int halves) {
  const Lanes<T> tag;
  const auto one = hn::Set(tag, T(1));
  const unsigned size = halves < 0 ? 0u - static_cast<unsigned>(halves) : unsigned(halves);
  in_place(x, [&](const Block<T>& block) {
    const auto base = line(scale, block, shift);
    auto result =  // base^0
        each([&](Vector<T> v) { return hn::IfThenElse(hn::IsNaN(v), v, one); }, base);
    if (size >= 2) result = integer_power<T>(base, size / 2);
    if (size % 2 == 1) {
      result = product<T>(result, each([](Vector<T> v) { return hn::Sqrt(v); }, base));
    }
    if (halves < 0) result = each([&](Vector<T> v) { return hn::Div(one, v); }, result);
    return result;
  });
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
