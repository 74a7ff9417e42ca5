// Highway compiles this file once for each instruction set and picks one at run time.
#include "solver/smo_scan.hpp"

#include <cstdint>
#include <limits>

#include "core/simd_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "solver/smo_scan.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::ScalableTag<double>;
using V = hn::Vec<Doubles>;
constexpr index_t lanes = hn::MaxLanes(Doubles());
constexpr double infinity = std::numeric_limits<double>::infinity();

HWY_INLINE V load(const double* x) { return hn::LoadU(Doubles(), x); }
HWY_INLINE V load(const float* x) {
  const hn::Rebind<float, Doubles> half;
  return hn::PromoteTo(Doubles(), hn::LoadU(half, x));
}

// Vectors at a time, each with its own best so far: a comparison need not wait for the last one.
constexpr index_t chains = 2;
static_assert(smo_padding % (chains * lanes) == 0);

// The best of each lane and the position of its vector.
struct Best {
  V value;
  V at;
};

// Positions count in doubles, which hold them exactly.
HWY_INLINE void keep_larger(Best& best, V value, V at) {
  const auto larger = hn::Gt(value, best.value);
  best.value = hn::IfThenElse(larger, value, best.value);
  best.at = hn::IfThenElse(larger, at, best.at);
}

template <bool update>
HWY_INLINE SmoExtremes scan(double* HWY_RESTRICT F, const double* HWY_RESTRICT up,
                            const double* HWY_RESTRICT down, const float* HWY_RESTRICT K_i,
                            const float* HWY_RESTRICT K_j, double step, index_t count) {
  const Doubles tag;
  const V length = hn::Set(tag, step);
  const V advance = hn::Set(tag, static_cast<double>(lanes));
  Best best[chains];
  V low[chains];
  for (index_t c = 0; c < chains; ++c) {
    best[c] = {hn::Set(tag, -infinity), hn::Zero(tag)};
    low[c] = hn::Set(tag, infinity);
  }
  V at = hn::Zero(tag);
  for (index_t begin = 0; begin < count; begin += chains * lanes) {
    for (index_t c = 0; c < chains; ++c) {
      const index_t k = begin + c * lanes;
      V f = load(F + k);
      if constexpr (update) {
        f = hn::NegMulAdd(length, hn::Sub(load(K_i + k), load(K_j + k)), f);
        hn::StoreU(f, tag, F + k);
      }
      keep_larger(best[c], hn::Add(f, load(up + k)), at);
      const V below = hn::Add(f, load(down + k));
      low[c] = hn::IfThenElse(hn::Lt(below, low[c]), below, low[c]);  // not Min: it may take a NaN
      at = hn::Add(at, advance);
    }
  }
  SmoExtremes out{-infinity, 0, infinity};
  for (index_t c = 0; c < chains; ++c) {
    double values[lanes], places[lanes], lows[lanes];
    hn::StoreU(best[c].value, tag, values);
    hn::StoreU(best[c].at, tag, places);
    hn::StoreU(low[c], tag, lows);
    for (index_t l = 0; l < lanes; ++l) {
      const index_t place = static_cast<index_t>(places[l]) + l;
      if (values[l] > out.up || (values[l] == out.up && place < out.first)) {
        out.up = values[l];
        out.first = place;
      }
      out.down = lows[l] < out.down ? lows[l] : out.down;
    }
  }
  return out;
}

SmoExtremes update_scan(double* F, const double* up, const double* down, const float* K_i,
                        const float* K_j, double step, index_t count) {
  return scan<true>(F, up, down, K_i, K_j, step, count);
}
SmoExtremes only_scan(const double* F, const double* up, const double* down, index_t count) {
  return scan<false>(const_cast<double*>(F), up, down, nullptr, nullptr, 0, count);
}

// Gains are compared as fractions, which spares the divisions.
index_t second_scan(const double* HWY_RESTRICT F, const double* HWY_RESTRICT down,
                    const float* HWY_RESTRICT K_i, const double* HWY_RESTRICT diagonal, double m,
                    double K_ii, index_t count) {
  const Doubles tag;
  const V most = hn::Set(tag, m);
  const V diagonal_i = hn::Set(tag, K_ii);
  const V least = hn::Set(tag, least_curvature);
  const V advance = hn::Set(tag, static_cast<double>(lanes));
  const V zero = hn::Zero(tag);
  struct Gain {
    V square, curvature, at;
  };
  Gain best[chains];
  for (Gain& own : best) own = {zero, hn::Set(tag, 1.0), zero};
  V at = zero;
  for (index_t begin = 0; begin < count; begin += chains * lanes) {
    for (index_t c = 0; c < chains; ++c) {
      const index_t k = begin + c * lanes;
      const V difference = hn::Sub(most, hn::Add(load(F + k), load(down + k)));
      const V K_ik = load(K_i + k);
      const V a = hn::Sub(hn::Add(diagonal_i, load(diagonal + k)), hn::Add(K_ik, K_ik));
      const V a_k = hn::IfThenElse(hn::Gt(a, zero), a, least);
      const V square = hn::Mul(difference, difference);
      const auto better =
          hn::And(hn::Gt(difference, zero),
                  hn::Gt(hn::Mul(square, best[c].curvature), hn::Mul(best[c].square, a_k)));
      best[c].square = hn::IfThenElse(better, square, best[c].square);
      best[c].curvature = hn::IfThenElse(better, a_k, best[c].curvature);
      best[c].at = hn::IfThenElse(better, at, best[c].at);
      at = hn::Add(at, advance);
    }
  }
  double best_gain = 0, best_curvature = 1;
  index_t out = count;
  for (const Gain& own : best) {
    double gains[lanes], curvatures[lanes], places[lanes];
    hn::StoreU(own.square, tag, gains);
    hn::StoreU(own.curvature, tag, curvatures);
    hn::StoreU(own.at, tag, places);
    for (index_t l = 0; l < lanes; ++l) {
      if (!(gains[l] > 0)) continue;
      const index_t place = static_cast<index_t>(places[l]) + l;
      const double ours = gains[l] * best_curvature;
      const double theirs = best_gain * curvatures[l];
      if (ours > theirs || (ours == theirs && place < out)) {
        best_gain = gains[l];
        best_curvature = curvatures[l];
        out = place;
      }
    }
  }
  return out;
}

// Four columns at a time over a strip of F that stays in the L1 cache.
void subtract(double* HWY_RESTRICT F, index_t rows, const float* const* columns,
              const double* delta, index_t count) {
  const Doubles tag;
  constexpr index_t strip = 1024;
  for (index_t begin = 0; begin < rows; begin += strip) {
    const index_t end = begin + strip < rows ? begin + strip : rows;
    index_t c = 0;
    for (; c + 4 <= count; c += 4) {
      const float *K_0 = columns[c], *K_1 = columns[c + 1], *K_2 = columns[c + 2],
                  *K_3 = columns[c + 3];
      const V d_0 = hn::Set(tag, delta[c]), d_1 = hn::Set(tag, delta[c + 1]),
              d_2 = hn::Set(tag, delta[c + 2]), d_3 = hn::Set(tag, delta[c + 3]);
      for (index_t k = begin; k < end; k += lanes) {
        V f = hn::NegMulAdd(d_0, load(K_0 + k), load(F + k));
        f = hn::NegMulAdd(d_1, load(K_1 + k), f);
        f = hn::NegMulAdd(d_2, load(K_2 + k), f);
        hn::StoreU(hn::NegMulAdd(d_3, load(K_3 + k), f), tag, F + k);
      }
    }
    for (; c < count; ++c) {
      const V d = hn::Set(tag, delta[c]);
      for (index_t k = begin; k < end; k += lanes) {
        hn::StoreU(hn::NegMulAdd(d, load(columns[c] + k), load(F + k)), tag, F + k);
      }
    }
  }
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(update_scan);
HWY_EXPORT(only_scan);
HWY_EXPORT(second_scan);
HWY_EXPORT(subtract);

SmoExtremes update_and_scan(double* F, const double* up, const double* down, const float* K_i,
                            const float* K_j, double step, index_t count) {
  return HWY_DYNAMIC_DISPATCH(update_scan)(F, up, down, K_i, K_j, step, count);
}
SmoExtremes scan_extremes(const double* F, const double* up, const double* down, index_t count) {
  return HWY_DYNAMIC_DISPATCH(only_scan)(F, up, down, count);
}
index_t scan_second(const double* F, const double* down, const float* K_i, const double* diagonal,
                    double m, double K_ii, index_t count) {
  return HWY_DYNAMIC_DISPATCH(second_scan)(F, down, K_i, diagonal, m, K_ii, count);
}
void subtract_columns(double* F, index_t rows, const float* const* columns, const double* delta,
                      index_t count) {
  HWY_DYNAMIC_DISPATCH(subtract)(F, rows, columns, delta, count);
}

}  // namespace mercer
#endif
