// Highway compiles this file once for each instruction set and picks one at run time.
#include "mercer/tile/weighted_sums.hpp"

#include <algorithm>

#include "core/simd_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/weighted_sums.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::ScalableTag<double>;
using V = hn::Vec<Lanes>;
constexpr index_t kLanes = hn::MaxLanes(Lanes());

// The term of one feature, for the lanes of a vector and for a single pair.
struct DotTerm {
  static constexpr double degree = 2;
  static HWY_INLINE V term(V x, V y) { return hn::Mul(x, y); }
  static double term(double x, double y) { return x * y; }
};
struct SquaredDistanceTerm {
  static constexpr double degree = 2;
  static HWY_INLINE V term(V x, V y) {
    const V difference = hn::Sub(x, y);
    return hn::Mul(difference, difference);
  }
  static double term(double x, double y) { return (x - y) * (x - y); }
};
struct L1DistanceTerm {
  static constexpr double degree = 1;
  static HWY_INLINE V term(V x, V y) { return hn::Abs(hn::Sub(x, y)); }
  static double term(double x, double y) { return x < y ? y - x : x - y; }
};
struct ChiSquaredTerm {
  static constexpr double degree = 1;
  static HWY_INLINE V term(V x, V y) {
    const V difference = hn::Sub(x, y);
    const V total = hn::Add(x, y);
    const V quotient = hn::Div(hn::Mul(difference, difference), total);
    return hn::IfThenZeroElse(hn::Eq(total, hn::Zero(Lanes())), quotient);
  }
  static double term(double x, double y) { return x + y == 0 ? 0 : (x - y) * (x - y) / (x + y); }
};
struct IntersectionTerm {
  static constexpr double degree = 1;
  static HWY_INLINE V term(V x, V y) { return hn::Min(x, y); }
  static double term(double x, double y) { return x < y ? x : y; }
};

// Some columns of H at a time, so that x is read once for them.
template <class Term, index_t columns>
HWY_INLINE void add_columns(const double* HWY_RESTRICT x, index_t x_stride, const double* y,
                            index_t dim, Tile<const double> H, index_t j,
                            double* HWY_RESTRICT sums) {
  const Lanes tag;
  const double* h[columns];
  for (index_t c = 0; c < columns; ++c) h[c] = H.column(j + c);
  for (index_t k = 0; k < dim; ++k) {
    const double* x_k = x + k * x_stride;
    V y_k[columns];
    V sum[columns];
    for (index_t c = 0; c < columns; ++c) {
      y_k[c] = hn::Set(tag, y[(j + c) * dim + k]);
      sum[c] = hn::Zero(tag);
    }
    index_t i = 0;
    for (; i + kLanes <= H.rows; i += kLanes) {
      const V x_ik = hn::LoadU(tag, x_k + i);
      for (index_t c = 0; c < columns; ++c) {
        sum[c] = hn::MulAdd(hn::LoadU(tag, h[c] + i), Term::term(x_ik, y_k[c]), sum[c]);
      }
    }
    for (index_t c = 1; c < columns; ++c) sum[0] = hn::Add(sum[0], sum[c]);
    double total = hn::GetLane(hn::SumOfLanes(tag, sum[0]));
    for (; i < H.rows; ++i) {
      for (index_t c = 0; c < columns; ++c) {
        total += h[c][i] * Term::term(x_k[i], y[(j + c) * dim + k]);
      }
    }
    sums[k] += Term::degree * total;
  }
}

template <class Term>
void add_all(const double* x, index_t x_stride, const double* y, index_t dim, Tile<const double> H,
             double* sums) {
  index_t j = 0;
  for (; j + 4 <= H.cols; j += 4) add_columns<Term, 4>(x, x_stride, y, dim, H, j, sums);
  for (; j < H.cols; ++j) add_columns<Term, 1>(x, x_stride, y, dim, H, j, sums);
}

void add_sums(Statistic statistic, const double* x, index_t x_stride, const double* y, index_t dim,
              Tile<const double> H, double* sums) {
  switch (statistic) {
    case Statistic::dot:
      return add_all<DotTerm>(x, x_stride, y, dim, H, sums);
    case Statistic::squared_distance:
      return add_all<SquaredDistanceTerm>(x, x_stride, y, dim, H, sums);
    case Statistic::l1_distance:
      return add_all<L1DistanceTerm>(x, x_stride, y, dim, H, sums);
    case Statistic::chi_squared:
      return add_all<ChiSquaredTerm>(x, x_stride, y, dim, H, sums);
    case Statistic::intersection:
      return add_all<IntersectionTerm>(x, x_stride, y, dim, H, sums);
  }
}

double sum_of_products(const double* HWY_RESTRICT a, const double* HWY_RESTRICT b, index_t count) {
  const Lanes tag;
  constexpr index_t chains = 4;  // independent sums, so that additions overlap
  V sum[chains];
  for (V& s : sum) s = hn::Zero(tag);
  index_t i = 0;
  for (; i + chains * kLanes <= count; i += chains * kLanes) {
    for (index_t c = 0; c < chains; ++c) {
      sum[c] = hn::MulAdd(hn::LoadU(tag, a + i + c * kLanes), hn::LoadU(tag, b + i + c * kLanes),
                          sum[c]);
    }
  }
  const V all = hn::Add(hn::Add(sum[0], sum[1]), hn::Add(sum[2], sum[3]));
  double total = hn::GetLane(hn::SumOfLanes(tag, all));
  for (; i < count; ++i) total += a[i] * b[i];
  return total;
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(add_sums);
HWY_EXPORT(sum_of_products);

double weighted_sum(const double* weights, const double* values, index_t count) {
  return HWY_DYNAMIC_DISPATCH(sum_of_products)(weights, values, count);
}

void add_feature_sums(Statistic statistic, Points<double> X, Range rows, Range cols,
                      Tile<const double> H, double* sums, Scratch& scratch) {
  const index_t dim = X.dim();
  const index_t stride = padded_stride<double>(rows.size());
  // The row points feature by feature, side by side in the lanes.
  const auto x = scratch.lease<double>(stride * dim);
  const auto y = scratch.lease<double>(dim * (X.is_sparse() ? cols.size() : 1));
  for (index_t i = 0; i < rows.size(); ++i) {
    const double* point = y.data();
    if (X.is_sparse()) {
      X.copy_point(rows.begin + i, y.data());
    } else {
      point = X.point(rows.begin + i);
    }
    for (index_t k = 0; k < dim; ++k) x.data()[k * stride + i] = point[k];
  }
  if (X.is_sparse()) {
    for (index_t j = 0; j < cols.size(); ++j) X.copy_point(cols.begin + j, y.data() + j * dim);
  }
  const double* y_points = X.is_sparse() ? y.data() : X.point(cols.begin);
  HWY_DYNAMIC_DISPATCH(add_sums)(statistic, x.data(), stride, y_points, dim, H, sums);
}

}  // namespace mercer
#endif
