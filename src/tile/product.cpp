// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/product.hpp"

#include "mercer/core/types.hpp"
#include "tile/simd_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/product.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Four columns at a time: out_rows is read and written once for them. `both`: with the transposed
// product.
template <index_t columns, bool both, class T>
HWY_INLINE void add_columns(Tile<T> K, index_t j, const T* HWY_RESTRICT v_cols,
                            T* HWY_RESTRICT out_rows, const T* HWY_RESTRICT v_rows,
                            T* HWY_RESTRICT out_cols) {
  const hn::ScalableTag<T> tag;
  using V = hn::Vec<hn::ScalableTag<T>>;
  constexpr index_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  V weight[columns];
  V dot[columns];
  const T* column[columns];
  for (index_t c = 0; c < columns; ++c) {
    weight[c] = hn::Set(tag, v_cols[j + c]);
    dot[c] = hn::Zero(tag);
    column[c] = K.column(j + c);
  }
  index_t i = 0;
  for (; i + lanes <= K.rows; i += lanes) {
    V sum = hn::LoadU(tag, out_rows + i);
    const V v = both ? hn::LoadU(tag, v_rows + i) : sum;
    for (index_t c = 0; c < columns; ++c) {
      const V k = hn::LoadU(tag, column[c] + i);
      sum = hn::MulAdd(k, weight[c], sum);
      if (both) dot[c] = hn::MulAdd(k, v, dot[c]);
    }
    hn::StoreU(sum, tag, out_rows + i);
  }
  T rest[columns] = {};
  for (; i < K.rows; ++i) {
    for (index_t c = 0; c < columns; ++c) {
      out_rows[i] += column[c][i] * v_cols[j + c];
      if (both) rest[c] += column[c][i] * v_rows[i];
    }
  }
  if (!both) return;
  for (index_t c = 0; c < columns; ++c) {
    out_cols[j + c] += hn::GetLane(hn::SumOfLanes(tag, dot[c])) + rest[c];
  }
}

template <bool both, class T>
void add_any(Tile<T> K, const T* v_cols, T* out_rows, const T* v_rows, T* out_cols) {
  index_t j = 0;
  for (; j + 4 <= K.cols; j += 4) add_columns<4, both>(K, j, v_cols, out_rows, v_rows, out_cols);
  for (; j < K.cols; ++j) add_columns<1, both>(K, j, v_cols, out_rows, v_rows, out_cols);
}

void one_double(Tile<double> K, const double* v, double* out) {
  add_any<false, double>(K, v, out, nullptr, nullptr);
}
void one_float(Tile<float> K, const float* v, float* out) {
  add_any<false, float>(K, v, out, nullptr, nullptr);
}
void both_double(Tile<double> K, const double* v_cols, double* out_rows, const double* v_rows,
                 double* out_cols) {
  add_any<true>(K, v_cols, out_rows, v_rows, out_cols);
}
void both_float(Tile<float> K, const float* v_cols, float* out_rows, const float* v_rows,
                float* out_cols) {
  add_any<true>(K, v_cols, out_rows, v_rows, out_cols);
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(one_double);
HWY_EXPORT(one_float);
HWY_EXPORT(both_double);
HWY_EXPORT(both_float);

template <>
void add_product(Tile<double> K, const double* v, double* out) {
  HWY_DYNAMIC_DISPATCH(one_double)(K, v, out);
}
template <>
void add_product(Tile<float> K, const float* v, float* out) {
  HWY_DYNAMIC_DISPATCH(one_float)(K, v, out);
}
template <>
void add_products(Tile<double> K, const double* v_cols, double* out_rows, const double* v_rows,
                  double* out_cols) {
  HWY_DYNAMIC_DISPATCH(both_double)(K, v_cols, out_rows, v_rows, out_cols);
}
template <>
void add_products(Tile<float> K, const float* v_cols, float* out_rows, const float* v_rows,
                  float* out_cols) {
  HWY_DYNAMIC_DISPATCH(both_float)(K, v_cols, out_rows, v_rows, out_cols);
}

}  // namespace mercer
#endif
