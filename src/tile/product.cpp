// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/product.hpp"

#include <hwy/cache_control.h>

#include "core/simd_targets.hpp"
#include "mercer/core/types.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/product.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The values of a tile as lanes of the vectors that they meet.
HWY_INLINE hn::Vec<hn::ScalableTag<double>> load_lanes(hn::ScalableTag<double> tag,
                                                       const float* from) {
  return hn::PromoteTo(tag, hn::LoadU(hn::Rebind<float, hn::ScalableTag<double>>(), from));
}
template <class T>
HWY_INLINE hn::Vec<hn::ScalableTag<T>> load_lanes(hn::ScalableTag<T> tag, const T* from) {
  return hn::LoadU(tag, from);
}

// So many bytes ahead, what memory holds is asked for: of stored tiles, read once from end to end,
// a third more bytes arrive in the same time.
constexpr index_t ahead = 8192;

enum class Sides { rows, columns, both };  // K v, K' v, or the two

// Some columns at a time: out_rows is read and written once for them.
template <index_t columns, Sides sides, class S, class T>
HWY_INLINE void add_columns(Tile<S> K, index_t j, const T* HWY_RESTRICT v_cols,
                            T* HWY_RESTRICT out_rows, const T* HWY_RESTRICT v_rows,
                            T* HWY_RESTRICT out_cols) {
  constexpr bool to_rows = sides != Sides::columns, to_cols = sides != Sides::rows;
  const hn::ScalableTag<T> tag;
  using V = hn::Vec<hn::ScalableTag<T>>;
  constexpr index_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  V weight[columns];
  V dot[columns];
  const S* column[columns];
  for (index_t c = 0; c < columns; ++c) {
    weight[c] = to_rows ? hn::Set(tag, v_cols[j + c]) : hn::Zero(tag);
    dot[c] = hn::Zero(tag);
    column[c] = K.column(j + c);
  }
  index_t i = 0;
  for (; i + lanes <= K.rows; i += lanes) {
    V sum = to_rows ? hn::LoadU(tag, out_rows + i) : hn::Zero(tag);
    const V v = to_cols ? hn::LoadU(tag, v_rows + i) : sum;
    for (index_t c = 0; c < columns; ++c) {
      hwy::Prefetch(column[c] + i + ahead / sizeof(S));
      const V k = load_lanes(tag, column[c] + i);
      if (to_rows) sum = hn::MulAdd(k, weight[c], sum);
      if (to_cols) dot[c] = hn::MulAdd(k, v, dot[c]);
    }
    if (to_rows) hn::StoreU(sum, tag, out_rows + i);
  }
  T rest[columns] = {};
  for (; i < K.rows; ++i) {
    for (index_t c = 0; c < columns; ++c) {
      const auto k = static_cast<T>(column[c][i]);
      if (to_rows) out_rows[i] += k * v_cols[j + c];
      if (to_cols) rest[c] += k * v_rows[i];
    }
  }
  if (!to_cols) return;
  for (index_t c = 0; c < columns; ++c) {
    out_cols[j + c] += hn::GetLane(hn::SumOfLanes(tag, dot[c])) + rest[c];
  }
}

template <Sides sides, class S, class T>
void add_any(Tile<S> K, const T* v_cols, T* out_rows, const T* v_rows, T* out_cols) {
  index_t j = 0;
  for (; j + 4 <= K.cols; j += 4) add_columns<4, sides>(K, j, v_cols, out_rows, v_rows, out_cols);
  for (; j < K.cols; ++j) add_columns<1, sides>(K, j, v_cols, out_rows, v_rows, out_cols);
}

// Highway exports functions, no templates.
#define MERCER_PRODUCTS(name, S, T)                                                         \
  void name##_rows(Tile<S> K, const T* v, T* out) {                                         \
    add_any<Sides::rows, S, T>(K, v, out, nullptr, nullptr);                                \
  }                                                                                         \
  void name##_columns(Tile<S> K, const T* v, T* out) {                                      \
    add_any<Sides::columns, S, T>(K, nullptr, nullptr, v, out);                             \
  }                                                                                         \
  void name##_both(Tile<S> K, const T* v_cols, T* out_rows, const T* v_rows, T* out_cols) { \
    add_any<Sides::both>(K, v_cols, out_rows, v_rows, out_cols);                            \
  }
MERCER_PRODUCTS(doubles, double, double)
MERCER_PRODUCTS(floats, float, float)
MERCER_PRODUCTS(mixed, float, double)
#undef MERCER_PRODUCTS

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

#define MERCER_PRODUCTS(name, S, T)                                                          \
  HWY_EXPORT(name##_rows);                                                                   \
  HWY_EXPORT(name##_columns);                                                                \
  HWY_EXPORT(name##_both);                                                                   \
  template <>                                                                                \
  void add_product(Tile<S> K, const T* v, T* out) {                                          \
    HWY_DYNAMIC_DISPATCH(name##_rows)(K, v, out);                                            \
  }                                                                                          \
  template <>                                                                                \
  void add_transposed_product(Tile<S> K, const T* v, T* out) {                               \
    HWY_DYNAMIC_DISPATCH(name##_columns)(K, v, out);                                         \
  }                                                                                          \
  template <>                                                                                \
  void add_products(Tile<S> K, const T* v_cols, T* out_rows, const T* v_rows, T* out_cols) { \
    HWY_DYNAMIC_DISPATCH(name##_both)(K, v_cols, out_rows, v_rows, out_cols);                \
  }
MERCER_PRODUCTS(doubles, double, double)
MERCER_PRODUCTS(floats, float, float)
MERCER_PRODUCTS(mixed, float, double)
#undef MERCER_PRODUCTS

}  // namespace mercer
#endif
