// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/panel.hpp"

#include "core/simd_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/panel.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One step of each statistic: the accumulator after feature k.
struct Dot {
  template <class V>
  static V step(V x, V y, V sum) {
    return hn::MulAdd(x, y, sum);
  }
};
struct SquaredDistance {
  template <class V>
  static V step(V x, V y, V sum) {
    const V difference = hn::Sub(x, y);
    return hn::MulAdd(difference, difference, sum);
  }
};
struct L1Distance {
  template <class V>
  static V step(V x, V y, V sum) {
    return hn::Add(sum, hn::Abs(hn::Sub(x, y)));
  }
};
struct ChiSquared {
  template <class V>
  static V step(V x, V y, V sum) {
    const V difference = hn::Sub(x, y);
    const V total = hn::Add(x, y);
    const V term = hn::Div(hn::Mul(difference, difference), total);
    const auto empty = hn::Eq(total, hn::Zero(hn::DFromV<V>()));
    return hn::Add(sum, hn::IfThenZeroElse(empty, term));
  }
};
struct Intersection {
  template <class V>
  static V step(V x, V y, V sum) {
    return hn::Add(sum, hn::Min(x, y));
  }
};

template <class P>
using Lanes = hn::ScalableTag<P>;
template <class P>
constexpr index_t lanes = hn::MaxLanes(Lanes<P>());

// The register block, vectors of points by columns. AVX-512: two vectors by 8 columns, so that 16
// products take 10 loads (one vector by 16 columns: 17, more than the ports give on CPUs that
// multiply twice per cycle). NEON has as many registers; AVX2 and SSE have 16, of which 8 hold
// sums.
constexpr index_t kSums = !HWY_ARCH_X86 || HWY_TARGET <= HWY_AVX3 ? 16 : 8;
template <class P>
constexpr index_t kVectors = panel_points / lanes<P> < 4 ? 2 : 4;

// Adds the sums of a stretch to memory, in double; the first stretch overwrites. Sums in double
// start from what is there instead, which keeps them one chain of additions.
HWY_INLINE void flush(hn::Vec<Lanes<double>> sum, bool, double* HWY_RESTRICT to) {
  hn::StoreU(sum, Lanes<double>(), to);
}
HWY_INLINE void flush(hn::Vec<Lanes<float>> sum, bool first, double* HWY_RESTRICT to) {
#if HWY_TARGET == HWY_SCALAR
  *to = (first ? 0 : *to) + static_cast<double>(hn::GetLane(sum));
#else
  const hn::Half<Lanes<float>> half;
  const hn::Rebind<double, hn::Half<Lanes<float>>> wide;
  auto low = hn::PromoteTo(wide, hn::LowerHalf(half, sum));
  auto high = hn::PromoteTo(wide, hn::UpperHalf(half, sum));
  if (!first) {
    low = hn::Add(low, hn::LoadU(wide, to));
    high = hn::Add(high, hn::LoadU(wide, to + lanes<float> / 2));
  }
  hn::StoreU(low, wide, to);
  hn::StoreU(high, wide, to + lanes<float> / 2);
#endif
}
HWY_INLINE hn::Vec<Lanes<double>> start(bool first, const double* from) {
  return first ? hn::Zero(Lanes<double>()) : hn::LoadU(Lanes<double>(), from);
}

// out(0 .. vectors * lanes, 0 .. columns) for one register block; apart: from one vector of points
// to the next. diagonal: s(x_i, x_i), one column.
template <class Step, index_t vectors, index_t columns, bool diagonal, class P>
HWY_INLINE void fill_block(const P* HWY_RESTRICT x, index_t apart, const P* HWY_RESTRICT y,
                           Stretch features, double* HWY_RESTRICT out, index_t stride) {
  const Lanes<P> tag;
  using V = hn::Vec<Lanes<P>>;
  const index_t step = sizeof(P) == 8 ? features.count + 1 : features.in_float;
  for (index_t begin = 0; begin == 0 || begin < features.count; begin += step) {
    const index_t end = begin + step < features.count ? begin + step : features.count;
    const bool first = features.first && begin == 0;
    V sum[columns][vectors];
    for (index_t j = 0; j < columns; ++j) {
      for (index_t v = 0; v < vectors; ++v) {
        if constexpr (sizeof(P) == 8) {
          sum[j][v] = start(first, out + j * stride + v * lanes<P>);
        } else {
          sum[j][v] = hn::Zero(tag);
        }
      }
    }
    for (index_t k = begin; k < end; ++k) {
      V x_k[vectors];
      for (index_t v = 0; v < vectors; ++v) {
        x_k[v] = hn::Load(tag, x + k * panel_points + v * apart);
      }
      for (index_t j = 0; j < columns; ++j) {
        for (index_t v = 0; v < vectors; ++v) {
          const V y_kj = diagonal ? x_k[v] : hn::Set(tag, y[k * panel_points + j]);
          sum[j][v] = Step::step(x_k[v], y_kj, sum[j][v]);
        }
      }
    }
    for (index_t j = 0; j < columns; ++j) {
      for (index_t v = 0; v < vectors; ++v) {
        flush(sum[j][v], first, out + j * stride + v * lanes<P>);
      }
    }
  }
}

// All columns beside some vectors of points.
template <class Step, index_t vectors, class P>
HWY_INLINE void fill_row(const P* x, index_t apart, const P* y, Stretch features,
                         Tile<double> out) {
  constexpr index_t columns = kSums / vectors;
  index_t j = 0;
  for (; j + columns <= out.cols; j += columns) {
    fill_block<Step, vectors, columns, false>(x, apart, y + j, features, out.column(j), out.stride);
  }
  for (; j < out.cols; ++j) {
    fill_block<Step, vectors, 1, false>(x, apart, y + j, features, out.column(j), out.stride);
  }
}

template <class Step, class P>
void fill_with(PanelRow<P> x, const P* y, Stretch features, Tile<double> out) {
  constexpr index_t in_panel = panel_points / lanes<P>;
  for (index_t p = 0; p < x.count; ++p) {
    const P* panel = x.first + p * x.distance;
    double* to = out.data + p * panel_points;
    if constexpr (in_panel == 1) {
      // A vector is a panel: a block takes two of them while there are two.
      if (p + 1 < x.count) {
        fill_row<Step, 2>(panel, x.distance, y, features,
                          Tile<double>{to, 2 * panel_points, out.cols, out.stride});
        ++p;
      } else {
        fill_row<Step, 1>(panel, 0, y, features,
                          Tile<double>{to, panel_points, out.cols, out.stride});
      }
    } else {
      constexpr index_t points = kVectors<P> * lanes<P>;
      for (index_t i = 0; i < panel_points; i += points) {
        fill_row<Step, kVectors<P>>(panel + i, lanes<P>, y, features,
                                    Tile<double>{to + i, points, out.cols, out.stride});
      }
    }
  }
}

template <class Step, class P>
void diagonal_with(const P* x, Stretch features, double* out) {
  constexpr index_t in_panel = panel_points / lanes<P>;
  constexpr index_t vectors = in_panel < kVectors<P> ? in_panel : kVectors<P>;
  for (index_t i = 0; i < panel_points; i += vectors * lanes<P>) {
    fill_block<Step, vectors, 1, true>(x + i, lanes<P>, x, features, out + i, panel_points);
  }
}

template <class P>
void fill_any(Statistic statistic, PanelRow<P> x, const P* y, Stretch features, Tile<double> out) {
  switch (statistic) {
    case Statistic::dot:
      return fill_with<Dot>(x, y, features, out);
    case Statistic::squared_distance:
      return fill_with<SquaredDistance>(x, y, features, out);
    case Statistic::l1_distance:
      return fill_with<L1Distance>(x, y, features, out);
    case Statistic::chi_squared:
      return fill_with<ChiSquared>(x, y, features, out);
    case Statistic::intersection:
      return fill_with<Intersection>(x, y, features, out);
  }
}

template <class P>
void diagonal_any(Statistic statistic, const P* x, Stretch features, double* out) {
  switch (statistic) {
    case Statistic::dot:
      return diagonal_with<Dot>(x, features, out);
    case Statistic::squared_distance:
      return diagonal_with<SquaredDistance>(x, features, out);
    case Statistic::l1_distance:
      return diagonal_with<L1Distance>(x, features, out);
    case Statistic::chi_squared:
      return diagonal_with<ChiSquared>(x, features, out);
    case Statistic::intersection:
      return diagonal_with<Intersection>(x, features, out);
  }
}

void fill_double(Statistic statistic, PanelRow<double> x, const double* y, Stretch features,
                 Tile<double> out) {
  fill_any(statistic, x, y, features, out);
}
void fill_float(Statistic statistic, PanelRow<float> x, const float* y, Stretch features,
                Tile<double> out) {
  fill_any(statistic, x, y, features, out);
}
void diagonal_double(Statistic statistic, const double* x, Stretch features, double* out) {
  diagonal_any(statistic, x, features, out);
}
void diagonal_float(Statistic statistic, const float* x, Stretch features, double* out) {
  diagonal_any(statistic, x, features, out);
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(fill_double);
HWY_EXPORT(fill_float);
HWY_EXPORT(diagonal_double);
HWY_EXPORT(diagonal_float);

template <>
void fill_panels(Statistic statistic, PanelRow<double> x, const double* y, Stretch features,
                 Tile<double> out) {
  HWY_DYNAMIC_DISPATCH(fill_double)(statistic, x, y, features, out);
}
template <>
void fill_panels(Statistic statistic, PanelRow<float> x, const float* y, Stretch features,
                 Tile<double> out) {
  HWY_DYNAMIC_DISPATCH(fill_float)(statistic, x, y, features, out);
}
template <>
void fill_panel_diagonal(Statistic statistic, const double* x, Stretch features, double* out) {
  HWY_DYNAMIC_DISPATCH(diagonal_double)(statistic, x, features, out);
}
template <>
void fill_panel_diagonal(Statistic statistic, const float* x, Stretch features, double* out) {
  HWY_DYNAMIC_DISPATCH(diagonal_float)(statistic, x, features, out);
}

}  // namespace mercer
#endif
