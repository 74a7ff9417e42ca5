#include "tile/sparse_source.hpp"

#include <algorithm>
#include <cmath>

#include "tile/panel.hpp"
#include "tile/sparse_dot.hpp"

namespace mercer {
namespace {

constexpr index_t edge = panel_points;

// Points in a panel of doubles: feature k of point i at panel[k * 16 + i].
template <class T>
void densify(Points<T> points, Range range, double* panel) {
  std::fill_n(panel, points.dim() * edge, 0.0);
  for (index_t i = 0; i < range.size(); ++i) {
    if (points.is_sparse()) {
      const SparsePoint<T> x = points.stored(range.begin + i);
      for (index_t f = 0; f < x.count; ++f) {
        panel[x.features[f] * edge + i] = static_cast<double>(x.values[f]);
      }
    } else {
      const T* x = points.point(range.begin + i);
      for (index_t k = 0; k < points.dim(); ++k) panel[k * edge + i] = static_cast<double>(x[k]);
    }
  }
}

}  // namespace

template <class T>
SparseDotSource<T>::SparseDotSource(Points<T> X, Points<T> Y)
    : X_(X), Y_(Y), slots_(next_scratch_owner()) {}

template <class T>
void SparseDotSource<T>::fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const {
  // slot[k] is 0, or where the panel has feature k.
  std::uint32_t* slot = scratch.kept<std::uint32_t>(slots_, X_.dim());
  for (index_t begin = cols.begin; begin < cols.end; begin += edge) {
    const index_t count = std::min(edge, cols.end - begin);
    index_t features = 0;
    for (index_t j = 0; j < count; ++j) features += Y_.stored(begin + j).count;
    const auto panel = scratch.lease<double>((features + 1) * edge);
    std::fill_n(panel.data(), (features + 1) * edge, 0.0);
    std::uint32_t used = 0;
    for (index_t j = 0; j < count; ++j) {
      const SparsePoint<T> y = Y_.stored(begin + j);
      for (index_t f = 0; f < y.count; ++f) {
        std::uint32_t& place = slot[y.features[f]];
        if (place == 0) place = ++used;
        panel.data()[place * edge + j] = static_cast<double>(y.values[f]);
      }
    }
    alignas(64) double dots[edge];
    double* target = out.column(begin - cols.begin);
    for (index_t i = 0; i < rows.size(); ++i) {
      sparse_dots(X_.stored(rows.begin + i), slot, panel.data(), dots);
      for (index_t j = 0; j < count; ++j) target[i + j * out.stride] = dots[j];
    }
    for (index_t j = 0; j < count; ++j) {
      const SparsePoint<T> y = Y_.stored(begin + j);
      for (index_t f = 0; f < y.count; ++f) slot[y.features[f]] = 0;
    }
  }
}

template <class T>
void SparseDotSource<T>::diagonal(Range points, double* out) const {
  for (index_t i = points.begin; i < points.end; ++i) {
    const SparsePoint<T> x = X_.stored(i);
    double sum = 0;
    for (index_t f = 0; f < x.count; ++f) {
      const double value = static_cast<double>(x.values[f]);
      sum = std::fma(value, value, sum);
    }
    out[i - points.begin] = sum;
  }
}

template <class T>
void DensifiedSource<T>::fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const {
  const index_t dim = X_.dim();
  const auto x = scratch.lease<double>(dim * edge);
  const auto y = scratch.lease<double>(dim * edge);
  alignas(64) double block[edge * edge];
  for (index_t j = 0; j < cols.size(); j += edge) {
    const index_t count = std::min(edge, cols.size() - j);
    densify(Y_, {cols.begin + j, cols.begin + j + count}, y.data());
    for (index_t i = 0; i < rows.size(); i += edge) {
      const index_t height = std::min(edge, rows.size() - i);
      densify(X_, {rows.begin + i, rows.begin + i + height}, x.data());
      fill_panels(statistic_, PanelRow<double>{x.data()}, y.data(), Stretch{dim},
                  Tile<double>{block, edge, count, edge});
      for (index_t c = 0; c < count; ++c) {
        std::copy_n(block + c * edge, height, out.column(j + c) + i);
      }
    }
  }
}

template <class T>
void DensifiedSource<T>::diagonal(Range points, double* out) const {
  Scratch scratch;
  const auto panel = scratch.lease<double>(X_.dim() * edge);
  alignas(64) double block[edge];
  for (index_t i = points.begin; i < points.end; i += edge) {
    const index_t count = std::min(edge, points.end - i);
    densify(X_, {i, i + count}, panel.data());
    fill_panel_diagonal(statistic_, panel.data(), Stretch{X_.dim()}, block);
    std::copy_n(block, count, out + (i - points.begin));
  }
}

template <class T>
double SparseDotSource<T>::relative_error() const {
  return sum_error(Statistic::dot, static_cast<double>(X_.dim()), 0x1p-53);
}

template <class T>
double DensifiedSource<T>::relative_error() const {
  return sum_error(statistic_, static_cast<double>(X_.dim()), 0x1p-53);
}

#define MERCER_INSTANTIATE(T)        \
  template class SparseDotSource<T>; \
  template class DensifiedSource<T>;
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
