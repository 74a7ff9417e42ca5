// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/store.hpp"

#include <cstdint>

#include "core/simd_targets.hpp"
#include "mercer/core/types.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/store.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
HWY_INLINE void stream_column(const T* HWY_RESTRICT from, T* HWY_RESTRICT to, index_t count) {
  const hn::ScalableTag<T> tag;
  constexpr index_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  constexpr index_t bytes = lanes * sizeof(T);
  index_t i = 0;
  while (i < count && reinterpret_cast<std::uintptr_t>(to + i) % bytes != 0) {
    to[i] = from[i];
    ++i;
  }
  for (; i + lanes <= count; i += lanes) hn::Stream(hn::LoadU(tag, from + i), tag, to + i);
  for (; i < count; ++i) to[i] = from[i];
}

template <class T>
HWY_INLINE void copy_column(const T* HWY_RESTRICT from, T* HWY_RESTRICT to, index_t count) {
  const hn::ScalableTag<T> tag;
  constexpr index_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  index_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(hn::LoadU(tag, from + i), tag, to + i);
  for (; i < count; ++i) to[i] = from[i];
}

template <class T>
HWY_INLINE void store_column(const T* from, T* to, index_t count, Store how) {
  if (how == Store::streaming) {
    stream_column(from, to, count);
  } else {
    copy_column(from, to, count);
  }
}

// The blocks that are transposed in registers, rows by columns.
#if HWY_MAX_BYTES >= 32
template <class T>
constexpr index_t kBlockRows = 32 / sizeof(T);
template <class T>
constexpr index_t kBlockCols = 4;
#else
template <class T>
constexpr index_t kBlockRows = 16 / sizeof(T);
template <class T>
constexpr index_t kBlockCols = 16 / sizeof(T);
#endif

// Rows of `from` (whose columns are `stride` apart) become columns of `to`.
HWY_INLINE void transpose_block(const double* HWY_RESTRICT from, index_t from_stride,
                                double* HWY_RESTRICT to, index_t to_stride) {
#if HWY_TARGET == HWY_SCALAR
  for (index_t i = 0; i < 2; ++i) {
    for (index_t j = 0; j < 2; ++j) to[i * to_stride + j] = from[i + j * from_stride];
  }
#elif HWY_MAX_BYTES >= 32
  const hn::FixedTag<double, 4> tag;
  const auto a = hn::LoadU(tag, from);
  const auto b = hn::LoadU(tag, from + from_stride);
  const auto c = hn::LoadU(tag, from + 2 * from_stride);
  const auto d = hn::LoadU(tag, from + 3 * from_stride);
  // In each half of 128 bits; the next step puts the halves together.
  const auto ab_even = hn::InterleaveLower(tag, a, b), ab_odd = hn::InterleaveUpper(tag, a, b);
  const auto cd_even = hn::InterleaveLower(tag, c, d), cd_odd = hn::InterleaveUpper(tag, c, d);
  hn::StoreU(hn::ConcatLowerLower(tag, cd_even, ab_even), tag, to);
  hn::StoreU(hn::ConcatLowerLower(tag, cd_odd, ab_odd), tag, to + to_stride);
  hn::StoreU(hn::ConcatUpperUpper(tag, cd_even, ab_even), tag, to + 2 * to_stride);
  hn::StoreU(hn::ConcatUpperUpper(tag, cd_odd, ab_odd), tag, to + 3 * to_stride);
#else
  const hn::Full128<double> tag;
  const auto a = hn::LoadU(tag, from);
  const auto b = hn::LoadU(tag, from + from_stride);
  hn::StoreU(hn::InterleaveLower(tag, a, b), tag, to);
  hn::StoreU(hn::InterleaveUpper(tag, a, b), tag, to + to_stride);
#endif
}
HWY_INLINE void transpose_block(const float* HWY_RESTRICT from, index_t from_stride,
                                float* HWY_RESTRICT to, index_t to_stride) {
#if HWY_TARGET == HWY_SCALAR
  for (index_t i = 0; i < kBlockRows<float>; ++i) {
    for (index_t j = 0; j < 4; ++j) to[i * to_stride + j] = from[i + j * from_stride];
  }
#else
  // Each half of 128 bits is a square of its own; the upper one holds the rows from 4 on.
  const hn::CappedTag<float, kBlockRows<float> > tag;
  const hn::RepartitionToWide<decltype(tag)> pairs;
  const auto a = hn::LoadU(tag, from);
  const auto b = hn::LoadU(tag, from + from_stride);
  const auto c = hn::LoadU(tag, from + 2 * from_stride);
  const auto d = hn::LoadU(tag, from + 3 * from_stride);
  const auto ab_low = hn::BitCast(pairs, hn::InterleaveLower(tag, a, b));
  const auto cd_low = hn::BitCast(pairs, hn::InterleaveLower(tag, c, d));
  const auto ab_high = hn::BitCast(pairs, hn::InterleaveUpper(tag, a, b));
  const auto cd_high = hn::BitCast(pairs, hn::InterleaveUpper(tag, c, d));
  const auto store = [&](auto row, float* HWY_RESTRICT out) HWY_ATTR {
    const hn::Full128<float> quad;
    const auto values = hn::BitCast(tag, row);
#if HWY_MAX_BYTES >= 32
    hn::StoreU(hn::LowerHalf(quad, values), quad, out);
    hn::StoreU(hn::UpperHalf(quad, values), quad, out + 4 * to_stride);
#else
    hn::StoreU(values, quad, out);
#endif
  };
  store(hn::InterleaveLower(pairs, ab_low, cd_low), to);
  store(hn::InterleaveUpper(pairs, ab_low, cd_low), to + to_stride);
  store(hn::InterleaveLower(pairs, ab_high, cd_high), to + 2 * to_stride);
  store(hn::InterleaveUpper(pairs, ab_high, cd_high), to + 3 * to_stride);
#endif
}

template <class T>
void store_tile_any(Tile<T> from, Tile<T> to, Store how) {
  for (index_t j = 0; j < from.cols; ++j) {
    store_column(from.column(j), to.column(j), from.rows, how);
  }
  if (how == Store::streaming) hwy::FlushStream();
}

// Rows of `from`, a cache line of them at a time, are gathered side by side and leave as columns.
template <class T>
void store_transposed_any(Tile<T> from, Tile<T> to, Store how, T* HWY_RESTRICT strip) {
  constexpr index_t height = 64 / sizeof(T);
  for (index_t i = 0; i < from.rows; i += height) {
    const index_t rows = i + height < from.rows ? height : from.rows - i;
    const index_t whole_rows = rows / kBlockRows<T> * kBlockRows<T>;
    const index_t whole_cols = from.cols / kBlockCols<T> * kBlockCols<T>;
    for (index_t j = 0; j < whole_cols; j += kBlockCols<T>) {
      for (index_t r = 0; r < whole_rows; r += kBlockRows<T>) {
        transpose_block(from.column(j) + i + r, from.stride, strip + r * from.cols + j, from.cols);
      }
    }
    for (index_t r = 0; r < rows; ++r) {
      for (index_t j = r < whole_rows ? whole_cols : 0; j < from.cols; ++j) {
        strip[r * from.cols + j] = from.column(j)[i + r];
      }
    }
    for (index_t r = 0; r < rows; ++r) {
      store_column(strip + r * from.cols, to.column(i + r), from.cols, how);
    }
  }
  if (how == Store::streaming) hwy::FlushStream();
}

void store_double(Tile<double> from, Tile<double> to, Store how) { store_tile_any(from, to, how); }
void store_float(Tile<float> from, Tile<float> to, Store how) { store_tile_any(from, to, how); }
void transpose_double(Tile<double> from, Tile<double> to, Store how, double* strip) {
  store_transposed_any(from, to, how, strip);
}
void transpose_float(Tile<float> from, Tile<float> to, Store how, float* strip) {
  store_transposed_any(from, to, how, strip);
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(store_double);
HWY_EXPORT(store_float);
HWY_EXPORT(transpose_double);
HWY_EXPORT(transpose_float);

template <>
void store_tile(Tile<double> from, Tile<double> to, Store how) {
  HWY_DYNAMIC_DISPATCH(store_double)(from, to, how);
}
template <>
void store_tile(Tile<float> from, Tile<float> to, Store how) {
  HWY_DYNAMIC_DISPATCH(store_float)(from, to, how);
}
template <>
void store_transposed(Tile<double> from, Tile<double> to, Store how, Scratch& scratch) {
  const auto strip = scratch.lease<double>(from.cols * 8);
  HWY_DYNAMIC_DISPATCH(transpose_double)(from, to, how, strip.data());
}
template <>
void store_transposed(Tile<float> from, Tile<float> to, Store how, Scratch& scratch) {
  const auto strip = scratch.lease<float>(from.cols * 16);
  HWY_DYNAMIC_DISPATCH(transpose_float)(from, to, how, strip.data());
}

}  // namespace mercer
#endif
