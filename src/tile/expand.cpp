// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/expand.hpp"

#include <limits>

#include "core/simd_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/expand.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::ScalableTag<double>;
constexpr index_t lanes = hn::MaxLanes(Doubles());

bool expand_all(Tile<const double> dots, const double* x_norms, const double* y_norms, Kept kept,
                Tile<double> out) {
  const Doubles tag;
  const auto fraction = hn::Set(tag, kept.fraction);
  const auto floor = hn::Set(tag, kept.floor);
  const auto nan = hn::Set(tag, std::numeric_limits<double>::quiet_NaN());
  auto lost = hn::Zero(tag);  // NaN once an entry is
  bool any = false;
  for (index_t j = 0; j < out.cols; ++j) {
    const double* from = dots.column(j);
    double* to = out.column(j);
    const auto y_norm = hn::Set(tag, y_norms[j]);
    index_t i = 0;
    for (; i + lanes <= out.rows; i += lanes) {
      const auto total = hn::Add(hn::LoadU(tag, x_norms + i), y_norm);
      const auto dot = hn::LoadU(tag, from + i);
      const auto distance = hn::Sub(total, hn::Add(dot, dot));
      // False for infinite norms and for NaN.
      const auto good = hn::Gt(distance, hn::Add(hn::Mul(fraction, total), floor));
      const auto value = hn::IfThenElse(good, distance, nan);
      lost = hn::Add(lost, value);
      hn::StoreU(value, tag, to + i);
    }
    for (; i < out.rows; ++i) {
      const double total = x_norms[i] + y_norms[j];
      const double distance = total - (from[i] + from[i]);
      const bool good = distance > kept.fraction * total + kept.floor;
      to[i] = good ? distance : std::numeric_limits<double>::quiet_NaN();
      any |= !good;
    }
  }
  return !any && hn::AllFalse(tag, hn::IsNaN(lost));
}

void narrow_all(const double* HWY_RESTRICT from, float* HWY_RESTRICT to, index_t count) {
  const Doubles tag;
  const hn::Rebind<float, Doubles> half;
  index_t i = 0;
  // Highway's scalar code makes the largest float, and not infinity, of what is larger.
  for (; HWY_TARGET != HWY_SCALAR && i + lanes <= count; i += lanes) {
    hn::StoreU(hn::DemoteTo(half, hn::LoadU(tag, from + i)), half, to + i);
  }
  for (; i < count; ++i) to[i] = static_cast<float>(from[i]);
}

void widen_all(const float* HWY_RESTRICT from, double* HWY_RESTRICT to, index_t count) {
  const Doubles tag;
  const hn::Rebind<float, Doubles> half;
  index_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::PromoteTo(tag, hn::LoadU(half, from + i)), tag, to + i);
  }
  for (; i < count; ++i) to[i] = double{from[i]};
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(expand_all);
HWY_EXPORT(narrow_all);
HWY_EXPORT(widen_all);

bool expand_distances(Tile<const double> dots, const double* x_norms, const double* y_norms,
                      Kept kept, Tile<double> out) {
  return HWY_DYNAMIC_DISPATCH(expand_all)(dots, x_norms, y_norms, kept, out);
}

void narrow(const double* from, float* to, index_t count) {
  HWY_DYNAMIC_DISPATCH(narrow_all)(from, to, count);
}

void widen(const float* from, double* to, index_t count) {
  HWY_DYNAMIC_DISPATCH(widen_all)(from, to, count);
}

}  // namespace mercer
#endif
