#include "mercer/tile/statistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/parallel.hpp"
#include "tile/centre.hpp"
#include "tile/expand.hpp"
#include "tile/statistic_pool.hpp"
#include "tile/statistic_source.hpp"

namespace mercer {
namespace {

// The distance of a point from the centre, squared if Euclidean.
template <class T>
double distance_from(const std::vector<double>& centre, const T* x, bool euclidean) {
  double sum[4] = {};  // independent, so that they overlap
  for (index_t k = 0; k < centre.size(); ++k) {
    const double difference = static_cast<double>(x[k]) - centre[k];
    sum[k % 4] += euclidean ? difference * difference : std::abs(difference);
  }
  return sum[0] + sum[1] + sum[2] + sum[3];
}

// The largest distance of a point from the centre, Euclidean or l1, rounding included.
template <class T>
double radius_around(const std::vector<double>& centre, const Points<T>& points, bool euclidean,
                     int threads) {
  constexpr index_t run = 256;  // points
  const index_t items = (points.count() + run - 1) / run;
  std::vector<double> largest(items, 0.0);
  parallel_for(items, threads, [&](index_t item, int) {
    std::vector<T> memory(points.is_sparse() ? points.dim() : 0);
    for (index_t j = item * run; j < std::min((item + 1) * run, points.count()); ++j) {
      if (points.is_sparse()) points.copy_point(j, memory.data());
      const T* x = points.is_sparse() ? memory.data() : points.point(j);
      largest[item] = std::max(largest[item], distance_from(centre, x, euclidean));
    }
  });
  const double all = items == 0 ? 0 : *std::max_element(largest.begin(), largest.end());
  return (euclidean ? std::sqrt(all) : all) * (1 + 1e-9);
}

}  // namespace

template <class T>
void require_domain(const char* where, const char* name, Statistic statistic, Points<T> points) {
  if (statistic != Statistic::chi_squared && statistic != Statistic::intersection) return;
  const auto require = [&](T value, index_t k, index_t j) {
    if (value >= 0) return;
    throw std::invalid_argument(std::string(where) + ": " + name +
                                " must be non-negative (a kernel for histograms), " + name + "(" +
                                std::to_string(k) + ", " + std::to_string(j) + ") is " +
                                shortest(static_cast<double>(value)));
  };
  for (index_t j = 0; j < points.count(); ++j) {
    if (points.is_sparse()) {
      const SparsePoint<T> x = points.stored(j);
      for (index_t i = 0; i < x.count; ++i) require(x.values[i], x.features[i], j);
    } else {
      for (index_t k = 0; k < points.dim(); ++k) require(points.point(j)[k], k, j);
    }
  }
}

template <class T>
std::pair<Points<T>, Points<T>> sharing(Points<T> X, Points<T> Y, int threads) {
  if (X.pool() && X.pool()->serves(X, Y)) return {X, Y};
  return {Points<T>(X, std::make_shared<StatisticPool<T>>(X, Y, threads)), Y};
}

template <class T>
BoundStatistic<T>::BoundStatistic(Statistic statistic, Points<T> X, Points<T> Y)
    : statistic_(statistic),
      X_(X, nullptr),
      Y_(Y, nullptr),
      threads_(X.pool() ? X.pool()->threads() : 1),
      source_(sharing(X, Y).first.pool()->get(statistic)) {}

template <class T>
void BoundStatistic<T>::fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const {
  if constexpr (std::is_same_v<T, double>) {
    source_->fill(rows, cols, out, scratch);
  } else {
    const index_t step = column_step(dim());
    const index_t stride = padded_stride<double>(out.rows);
    const auto lease = scratch.lease<double>(stride * std::min(step, out.cols));
    for (index_t j = 0; j < out.cols; j += step) {
      const index_t count = std::min(step, out.cols - j);
      source_->fill(rows, {cols.begin + j, cols.begin + j + count},
                    {lease.data(), out.rows, count, stride}, scratch);
      for (index_t c = 0; c < count; ++c) {
        narrow(lease.data() + c * stride, out.column(j + c), out.rows);
      }
    }
  }
}

template <class T>
void BoundStatistic<T>::diagonal(Range points, T* out) const {
  if constexpr (std::is_same_v<T, double>) {
    source_->diagonal(points, out);
  } else {
    std::vector<double> wide(points.size());
    source_->diagonal(points, wide.data());
    narrow(wide.data(), out, points.size());
  }
}

template <class T>
double BoundStatistic<T>::relative_error() const {
  const double rounding = std::is_same_v<T, float> ? 0x1p-24 : 0;
  return source_->relative_error() + rounding;
}

template <class T>
double BoundStatistic<T>::largest() const {
  const bool squared = statistic_ == Statistic::squared_distance;
  if (!squared && statistic_ != Statistic::l1_distance) {
    return std::numeric_limits<double>::infinity();
  }
  const std::vector<double> centre = centre_of(X_);
  const double radius = radius_around(centre, X_, squared, threads_);
  const double sum =
      radius + (Y_.same_as(X_) ? radius : radius_around(centre, Y_, squared, threads_));
  return squared ? sum * sum : sum;
}

#define MERCER_INSTANTIATE(T)                                                   \
  template void require_domain(const char*, const char*, Statistic, Points<T>); \
  template std::pair<Points<T>, Points<T>> sharing(Points<T>, Points<T>, int);  \
  template class BoundStatistic<T>;
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
