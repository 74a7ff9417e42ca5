// Highway compiles this file once for each instruction set and picks one at run time.
#include "tile/pair_distance.hpp"

#include <cmath>
#include <type_traits>

#include "core/simd_targets.hpp"
#include "tile/statistic_source.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tile/pair_distance.cpp"
#include <hwy/foreach_target.h>
// must come after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mercer::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Lanes = hn::ScalableTag<T>;
template <class T>
constexpr index_t lanes = hn::MaxLanes(Lanes<T>());

constexpr index_t kChains = 4;  // independent sums, so that additions overlap

using Doubles = hn::Vec<Lanes<double>>;

HWY_INLINE Doubles widened(hn::Vec<Lanes<double>> sum) { return sum; }
HWY_INLINE Doubles widened(hn::Vec<Lanes<float>> sum) {
#if HWY_TARGET == HWY_SCALAR
  return hn::PromoteTo(Lanes<double>(), sum);
#else
  const hn::Half<Lanes<float>> half;
  const Lanes<double> wide;
  return hn::Add(hn::PromoteTo(wide, hn::LowerHalf(half, sum)),
                 hn::PromoteTo(wide, hn::UpperHalf(half, sum)));
#endif
}

template <class T>
double distance(const T* HWY_RESTRICT x, const T* HWY_RESTRICT y, index_t dim) {
  const Lanes<T> tag;
  const auto square_of = [&](index_t k, auto sum) HWY_ATTR {
    const auto difference = hn::Sub(hn::LoadU(tag, x + k), hn::LoadU(tag, y + k));
    return hn::MulAdd(difference, difference, sum);
  };
  constexpr index_t group = kChains * lanes<T>;
  Doubles total = hn::Zero(Lanes<double>());
  index_t k = 0;
  while (k + group <= dim) {
    auto a = hn::Zero(tag), b = a, c = a, d = a;
    for (index_t step = 0; step < pair_steps && k + group <= dim; ++step, k += group) {
      a = square_of(k, a);
      b = square_of(k + lanes<T>, b);
      c = square_of(k + 2 * lanes<T>, c);
      d = square_of(k + 3 * lanes<T>, d);
    }
    total = hn::Add(total, widened(hn::Add(hn::Add(a, b), hn::Add(c, d))));
  }
  for (; k + lanes<T> <= dim; k += lanes<T>) {
    total = hn::Add(total, widened(square_of(k, hn::Zero(tag))));
  }
  double sum = hn::GetLane(hn::SumOfLanes(Lanes<double>(), total));
  for (; k < dim; ++k) {
    const double difference = static_cast<double>(x[k]) - static_cast<double>(y[k]);
    sum += difference * difference;
  }
  return sum;
}

double distance_float(const float* x, const float* y, index_t dim) { return distance(x, y, dim); }
double distance_double(const double* x, const double* y, index_t dim) {
  return distance(x, y, dim);
}

}  // namespace mercer::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mercer {

HWY_EXPORT(distance_float);
HWY_EXPORT(distance_double);

template <>
double pair_distance(const float* x, const float* y, index_t dim) {
  return HWY_DYNAMIC_DISPATCH(distance_float)(x, y, dim);
}
template <>
double pair_distance(const double* x, const double* y, index_t dim) {
  return HWY_DYNAMIC_DISPATCH(distance_double)(x, y, dim);
}

// Over the features that x or y stores, in increasing order.
template <class T>
double pair_distance(SparsePoint<T> x, SparsePoint<T> y) {
  double sum = 0;
  const auto add = [&sum](double difference) { sum = std::fma(difference, difference, sum); };
  index_t i = 0;
  index_t j = 0;
  while (i < x.count && j < y.count) {
    if (x.features[i] == y.features[j]) {
      add(static_cast<double>(x.values[i++]) - static_cast<double>(y.values[j++]));
    } else if (x.features[i] < y.features[j]) {
      add(static_cast<double>(x.values[i++]));
    } else {
      add(static_cast<double>(y.values[j++]));
    }
  }
  while (i < x.count) add(static_cast<double>(x.values[i++]));
  while (j < y.count) add(static_cast<double>(y.values[j++]));
  return sum;
}

template <class T>
double PairDistances<T>::relative_error() const {
  const double d = static_cast<double>(X_.dim());
  const double in_double = sum_error(Statistic::squared_distance, d, 0x1p-53);
  if (X_.is_sparse() || std::is_same_v<T, double>) return in_double;
  return sum_error(Statistic::squared_distance, pair_steps + 2, 0x1p-24) + in_double;
}

template double pair_distance(SparsePoint<float>, SparsePoint<float>);
template double pair_distance(SparsePoint<double>, SparsePoint<double>);
template class PairDistances<float>;
template class PairDistances<double>;

}  // namespace mercer
#endif
