// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/sparse_dot.hpp"

#include "core/simd_targets.hpp"
#include "tile/panel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/sparse_dot.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
void dots_any(SparsePoint<T> x, const std::uint32_t* HWY_RESTRICT slot,
              const double* HWY_RESTRICT panel, double* HWY_RESTRICT out) {
  const hn::ScalableTag<double> tag;
  constexpr index_t lanes = hn::MaxLanes(hn::ScalableTag<double>());
  constexpr index_t vectors = panel_points / lanes;
  hn::Vec<hn::ScalableTag<double>> sum[vectors];
  for (index_t v = 0; v < vectors; ++v) sum[v] = hn::Zero(tag);
  for (index_t i = 0; i < x.count; ++i) {
    const double* row = panel + panel_points * slot[x.features[i]];
    const auto value = hn::Set(tag, static_cast<double>(x.values[i]));
    for (index_t v = 0; v < vectors; ++v) {
      sum[v] = hn::MulAdd(value, hn::Load(tag, row + v * lanes), sum[v]);
    }
  }
  for (index_t v = 0; v < vectors; ++v) hn::StoreU(sum[v], tag, out + v * lanes);
}

void dots_double(SparsePoint<double> x, const std::uint32_t* slot, const double* panel,
                 double* out) {
  dots_any(x, slot, panel, out);
}
void dots_float(SparsePoint<float> x, const std::uint32_t* slot, const double* panel, double* out) {
  dots_any(x, slot, panel, out);
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(dots_double);
HWY_EXPORT(dots_float);

template <>
void sparse_dots(SparsePoint<double> x, const std::uint32_t* slot, const double* panel,
                 double* out) {
  HWY_DYNAMIC_DISPATCH(dots_double)(x, slot, panel, out);
}
template <>
void sparse_dots(SparsePoint<float> x, const std::uint32_t* slot, const double* panel,
                 double* out) {
  HWY_DYNAMIC_DISPATCH(dots_float)(x, slot, panel, out);
}

}  // namespace mercer
#endif
