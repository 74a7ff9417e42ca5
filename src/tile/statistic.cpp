#include "mercer/tile/statistic.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "tile/panel.hpp"

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
BoundStatistic<T>::BoundStatistic(Statistic statistic, Points<T> X, Points<T> Y)
    : statistic_(statistic), dim_(X.dim()), Y_(Y) {
  constexpr index_t rows = panel_rows<T>;
  const index_t panels = (X.count() + rows - 1) / rows;
  const index_t size = panels * rows * dim_;
  panels_.reset(static_cast<T*>(::operator new(size * sizeof(T), std::align_val_t(64))));
  for (index_t p = 0; p < panels; ++p) {
    T* panel = panels_.get() + p * rows * dim_;
    const index_t used = std::min(rows, X.count() - p * rows);
    if (used < rows) std::fill_n(panel, rows * dim_, T(0));
    for (index_t i = 0; i < used; ++i) {
      const T* x = X.point(p * rows + i);
      for (index_t k = 0; k < dim_; ++k) panel[k * rows + i] = x[k];
    }
  }
}

template <class T>
void BoundStatistic<T>::fill(Range rows, Range cols, Tile<T> out, Scratch<T>& scratch) const {
  constexpr index_t panel = panel_rows<T>;
  const T* y = Y_.point(cols.begin);
  for (index_t p = rows.begin / panel; p * panel < rows.end; ++p) {
    const T* x = panels_.get() + p * panel * dim_;
    const index_t first = std::max(p * panel, rows.begin);
    const index_t last = std::min((p + 1) * panel, rows.end);
    T* target = out.data + (first - rows.begin);
    if (last - first == panel) {
      fill_panel(statistic_, x, y, dim_, Tile<T>{target, panel, out.cols, out.stride});
      continue;
    }
    // A panel that the range cuts: compute it whole beside the tile, keep the part.
    const auto part = scratch.lease(panel * out.cols);
    fill_panel(statistic_, x, y, dim_, Tile<T>{part.data(), panel, out.cols, panel});
    for (index_t j = 0; j < out.cols; ++j) {
      std::copy_n(part.data() + j * panel + (first - p * panel), last - first,
                  target + j * out.stride);
    }
  }
}

template <class T>
void BoundStatistic<T>::diagonal(Range points, T* out) const {
  constexpr index_t panel = panel_rows<T>;
  T whole[panel];
  for (index_t p = points.begin / panel; p * panel < points.end; ++p) {
    panel_diagonal(statistic_, panels_.get() + p * panel * dim_, dim_, whole);
    const index_t first = std::max(p * panel, points.begin);
    const index_t last = std::min((p + 1) * panel, points.end);
    std::copy(whole + (first - p * panel), whole + (last - p * panel),
              out + (first - points.begin));
  }
}

template void require_domain(const char*, const char*, Statistic, Points<double>);
template void require_domain(const char*, const char*, Statistic, Points<float>);
template class BoundStatistic<double>;
template class BoundStatistic<float>;

}  // namespace mercer
