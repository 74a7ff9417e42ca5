// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/band_solve.hpp"

#include <algorithm>

#include "core/simd_targets.hpp"
#include "mercer/core/types.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/band_solve.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

#ifndef MERCER_TILE_BAND_SOLVE_ONCE
#define MERCER_TILE_BAND_SOLVE_ONCE
namespace mercer {
// Rows of W that are written behind the window of the last b before these go back to the front of
// the memory: 64 and a band of 32 are 24 KB, in L1.
constexpr index_t run = 64;
}  // namespace mercer
#endif

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Four rows of W times `vectors` vectors are the sums in registers; each vector of the window
// serves four of them, each value of L as many as there are vectors.
template <class T>
HWY_INLINE void solve_any(const PackedBand<T>& L, const T* HWY_RESTRICT Q, T* HWY_RESTRICT W,
                          index_t stride, T* HWY_RESTRICT squares, T* HWY_RESTRICT window) {
  const hn::ScalableTag<T> tag;
  using V = hn::Vec<hn::ScalableTag<T>>;
  constexpr index_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  constexpr index_t vectors = HWY_MAX_BYTES >= 64 ? 4 : 2;
  constexpr index_t width = band_lanes<T>;
  const index_t b = L.bandwidth();
  std::fill_n(window, b * width, T(0));
  std::fill_n(squares, width, T(0));
  index_t at = 0;
  for (index_t block = 0; block < L.blocks(); ++block) {
    const T* HWY_RESTRICT left = L.block(block);
    const T* HWY_RESTRICT corner = left + 4 * b;
    const T* HWY_RESTRICT q = Q + block * 4 * width;
    for (index_t r = 0; r < width; r += vectors * lanes) {
      const T* HWY_RESTRICT w = window + at * width + r;
      V sum[4][vectors];
      for (index_t i = 0; i < 4; ++i) {
        for (index_t v = 0; v < vectors; ++v) {
          sum[i][v] = hn::LoadU(tag, q + i * width + r + v * lanes);
        }
      }
      for (index_t p = 0; p < b; ++p) {
        V value[vectors];
        for (index_t v = 0; v < vectors; ++v) value[v] = hn::LoadU(tag, w + p * width + v * lanes);
        for (index_t i = 0; i < 4; ++i) {
          const V factor = hn::Set(tag, left[4 * p + i]);
          for (index_t v = 0; v < vectors; ++v) {
            sum[i][v] = hn::MulAdd(factor, value[v], sum[i][v]);
          }
        }
      }
      T* HWY_RESTRICT out = window + (at + b) * width + r;
      for (index_t i = 0; i < 4; ++i) {
        const V inverse = hn::Set(tag, corner[4 * i + i]);
        for (index_t v = 0; v < vectors; ++v) {
          sum[i][v] = hn::Mul(sum[i][v], inverse);
          hn::StoreU(sum[i][v], tag, out + i * width + v * lanes);
        }
        for (index_t k = i + 1; k < 4; ++k) {
          const V factor = hn::Set(tag, corner[4 * k + i]);
          for (index_t v = 0; v < vectors; ++v) {
            sum[k][v] = hn::MulAdd(factor, sum[i][v], sum[k][v]);
          }
        }
      }
      for (index_t v = 0; v < vectors; ++v) {
        T* HWY_RESTRICT total = squares + r + v * lanes;
        V square = hn::LoadU(tag, total);
        for (index_t i = 0; i < 4; ++i) square = hn::MulAdd(sum[i][v], sum[i][v], square);
        hn::StoreU(square, tag, total);
      }
    }
    if (W != nullptr) {
      for (index_t i = 0; i < 4; ++i) {
        std::copy_n(window + (at + b + i) * width, width, W + (4 * block + i) * stride);
      }
    }
    at += 4;
    if (at == run) {
      std::copy(window + at * width, window + (at + b) * width, window);
      at = 0;
    }
  }
}

void solve_double(const PackedBand<double>& L, const double* Q, double* W, index_t stride,
                  double* squares, double* scratch) {
  solve_any<double>(L, Q, W, stride, squares, scratch);
}
void solve_float(const PackedBand<float>& L, const float* Q, float* W, index_t stride,
                 float* squares, float* scratch) {
  solve_any<float>(L, Q, W, stride, squares, scratch);
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(solve_double);
HWY_EXPORT(solve_float);

template <class T>
PackedBand<T>::PackedBand(const Mat<double>& L)
    : bandwidth_(L.n_rows - 1), blocks_(blocks_of(L.n_cols)) {
  const index_t n = L.n_cols;
  values_.assign(blocks_ * (4 * bandwidth_ + 16), T(0));
  for (index_t j = 0; j < n; ++j) {
    const double* column = L.colptr(j);
    for (index_t k = 1; k <= bandwidth_ && j + k < n; ++k) {
      const index_t row = j + k, first = row / 4 * 4;  // of the four rows of its block
      T* values = values_.data() + row / 4 * (4 * bandwidth_ + 16);
      const T value = static_cast<T>(-column[k]);
      if (j >= first) {
        values[4 * bandwidth_ + 4 * (row - first) + (j - first)] = value;
      } else {
        values[4 * (j + bandwidth_ - first) + (row - first)] = value;
      }
    }
  }
  for (index_t row = 0; row < 4 * blocks_; ++row) {
    T* values = values_.data() + row / 4 * (4 * bandwidth_ + 16);
    values[4 * bandwidth_ + 5 * (row % 4)] = row < n ? static_cast<T>(1 / L(0, row)) : T(1);
  }
}

template <class T>
index_t band_scratch(index_t bandwidth) {
  return (bandwidth + run + 4) * band_lanes<T>;
}

template <>
void solve_band(const PackedBand<double>& L, const double* Q, double* W, index_t stride,
                double* squares, double* scratch) {
  HWY_DYNAMIC_DISPATCH(solve_double)(L, Q, W, stride, squares, scratch);
}
template <>
void solve_band(const PackedBand<float>& L, const float* Q, float* W, index_t stride,
                float* squares, float* scratch) {
  HWY_DYNAMIC_DISPATCH(solve_float)(L, Q, W, stride, squares, scratch);
}

template class PackedBand<double>;
template class PackedBand<float>;
template index_t band_scratch<double>(index_t);
template index_t band_scratch<float>(index_t);

}  // namespace mercer
#endif
