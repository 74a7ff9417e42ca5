// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/panel.hpp"

#include "tile/simd_targets.hpp"

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

template <class T>
using Lanes = hn::ScalableTag<T>;

// The register block: kVectors vectors of points by kColumns columns, so that accumulators, points
// and one difference fit the 32 registers of AVX-512 and NEON, the 16 of AVX2 and SSE.
constexpr index_t kVectors = 4;
constexpr index_t kColumns = (HWY_ARCH_X86 && HWY_TARGET > HWY_AVX3) ? 2 : 4;

// out(0 .. kVectors * lanes, 0 .. columns) for one register block.
template <class Step, index_t columns, class T>
HWY_INLINE void fill_block(const T* HWY_RESTRICT panel, const T* HWY_RESTRICT y, index_t dim,
                           T* HWY_RESTRICT out, index_t stride) {
  const Lanes<T> tag;
  using V = hn::Vec<Lanes<T>>;
  constexpr index_t lanes = hn::MaxLanes(Lanes<T>());
  V sum[columns][kVectors];
  for (index_t j = 0; j < columns; ++j) {
    for (index_t v = 0; v < kVectors; ++v) sum[j][v] = hn::Zero(tag);
  }
  for (index_t k = 0; k < dim; ++k) {
    V x[kVectors];
    for (index_t v = 0; v < kVectors; ++v) {
      x[v] = hn::Load(tag, panel + k * panel_rows<T> + v * lanes);
    }
    for (index_t j = 0; j < columns; ++j) {
      const V y_kj = hn::Set(tag, y[j * dim + k]);
      for (index_t v = 0; v < kVectors; ++v) sum[j][v] = Step::step(x[v], y_kj, sum[j][v]);
    }
  }
  for (index_t j = 0; j < columns; ++j) {
    for (index_t v = 0; v < kVectors; ++v) hn::StoreU(sum[j][v], tag, out + j * stride + v * lanes);
  }
}

template <class Step, class T>
void fill_with(const T* panel, const T* y, index_t dim, Tile<T> out) {
  constexpr index_t block = kVectors * hn::MaxLanes(Lanes<T>());
  static_assert(panel_rows<T> % block == 0);
  index_t j = 0;
  for (; j + kColumns <= out.cols; j += kColumns) {
    for (index_t i = 0; i < panel_rows<T>; i += block) {
      fill_block<Step, kColumns>(panel + i, y + j * dim, dim, out.column(j) + i, out.stride);
    }
  }
  for (; j < out.cols; ++j) {
    for (index_t i = 0; i < panel_rows<T>; i += block) {
      fill_block<Step, 1>(panel + i, y + j * dim, dim, out.column(j) + i, out.stride);
    }
  }
}

template <class Step, class T>
void diagonal_with(const T* panel, index_t dim, T* out) {
  const Lanes<T> tag;
  constexpr index_t lanes = hn::MaxLanes(Lanes<T>());
  for (index_t i = 0; i < panel_rows<T>; i += lanes) {
    auto sum = hn::Zero(tag);
    for (index_t k = 0; k < dim; ++k) {
      const auto x = hn::Load(tag, panel + k * panel_rows<T> + i);
      sum = Step::step(x, x, sum);
    }
    hn::StoreU(sum, tag, out + i);
  }
}

template <class T>
void fill_any(Statistic statistic, const T* panel, const T* y, index_t dim, Tile<T> out) {
  switch (statistic) {
    case Statistic::dot:
      return fill_with<Dot>(panel, y, dim, out);
    case Statistic::squared_distance:
      return fill_with<SquaredDistance>(panel, y, dim, out);
    case Statistic::l1_distance:
      return fill_with<L1Distance>(panel, y, dim, out);
    case Statistic::chi_squared:
      return fill_with<ChiSquared>(panel, y, dim, out);
    case Statistic::intersection:
      return fill_with<Intersection>(panel, y, dim, out);
  }
}

template <class T>
void diagonal_any(Statistic statistic, const T* panel, index_t dim, T* out) {
  switch (statistic) {
    case Statistic::dot:
      return diagonal_with<Dot>(panel, dim, out);
    case Statistic::squared_distance:
      return diagonal_with<SquaredDistance>(panel, dim, out);
    case Statistic::l1_distance:
      return diagonal_with<L1Distance>(panel, dim, out);
    case Statistic::chi_squared:
      return diagonal_with<ChiSquared>(panel, dim, out);
    case Statistic::intersection:
      return diagonal_with<Intersection>(panel, dim, out);
  }
}

void fill_double(Statistic statistic, const double* panel, const double* y, index_t dim,
                 Tile<double> out) {
  fill_any(statistic, panel, y, dim, out);
}
void fill_float(Statistic statistic, const float* panel, const float* y, index_t dim,
                Tile<float> out) {
  fill_any(statistic, panel, y, dim, out);
}
void diagonal_double(Statistic statistic, const double* panel, index_t dim, double* out) {
  diagonal_any(statistic, panel, dim, out);
}
void diagonal_float(Statistic statistic, const float* panel, index_t dim, float* out) {
  diagonal_any(statistic, panel, dim, out);
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
void fill_panel(Statistic statistic, const double* panel, const double* y, index_t dim,
                Tile<double> out) {
  HWY_DYNAMIC_DISPATCH(fill_double)(statistic, panel, y, dim, out);
}
template <>
void fill_panel(Statistic statistic, const float* panel, const float* y, index_t dim,
                Tile<float> out) {
  HWY_DYNAMIC_DISPATCH(fill_float)(statistic, panel, y, dim, out);
}
template <>
void panel_diagonal(Statistic statistic, const double* panel, index_t dim, double* out) {
  HWY_DYNAMIC_DISPATCH(diagonal_double)(statistic, panel, dim, out);
}
template <>
void panel_diagonal(Statistic statistic, const float* panel, index_t dim, float* out) {
  HWY_DYNAMIC_DISPATCH(diagonal_float)(statistic, panel, dim, out);
}

}  // namespace mercer
#endif
