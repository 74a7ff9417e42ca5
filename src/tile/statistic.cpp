#include "mercer/tile/statistic.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "mercer/core/check.hpp"
#include "tile/expand.hpp"
#include "tile/statistic_pool.hpp"
#include "tile/statistic_source.hpp"

namespace mercer {

template <class T>
void require_domain(const char* where, const char* name, Statistic statistic, Points<T> points) {
  if (statistic != Statistic::chi_squared && statistic != Statistic::intersection) return;
  for (index_t j = 0; j < points.count(); ++j) {
    for (index_t k = 0; k < points.dim(); ++k) {
      const T value = points.point(j)[k];
      if (value >= 0) continue;
      throw std::invalid_argument(std::string(where) + ": " + name +
                                  " must be non-negative (a kernel for histograms), " + name + "(" +
                                  std::to_string(k) + ", " + std::to_string(j) + ") is " +
                                  shortest(static_cast<double>(value)));
    }
  }
}

template <class T>
std::pair<Points<T>, Points<T>> sharing(Points<T> X, Points<T> Y) {
  if (X.pool() && X.pool()->serves(X, Y)) return {X, Y};
  return {Points<T>(X, std::make_shared<StatisticPool<T>>(X, Y)), Y};
}

template <class T>
BoundStatistic<T>::BoundStatistic(Statistic statistic, Points<T> X, Points<T> Y)
    : source_(sharing(X, Y).first.pool()->get(statistic)) {}

template <class T>
void BoundStatistic<T>::fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const {
  if constexpr (std::is_same_v<T, double>) {
    source_->fill(rows, cols, out, scratch);
  } else {
    constexpr index_t step = column_step;
    const auto lease = scratch.lease<double>(out.rows * std::min(step, out.cols));
    for (index_t j = 0; j < out.cols; j += step) {
      const index_t count = std::min(step, out.cols - j);
      source_->fill(rows, {cols.begin + j, cols.begin + j + count},
                    {lease.data(), out.rows, count, out.rows}, scratch);
      for (index_t c = 0; c < count; ++c) {
        narrow(lease.data() + c * out.rows, out.column(j + c), out.rows);
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

#define MERCER_INSTANTIATE(T)                                                   \
  template void require_domain(const char*, const char*, Statistic, Points<T>); \
  template std::pair<Points<T>, Points<T>> sharing(Points<T>, Points<T>);       \
  template class BoundStatistic<T>;
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
