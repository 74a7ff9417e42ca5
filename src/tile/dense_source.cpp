#include "tile/dense_source.hpp"

#include <algorithm>

namespace mercer {

template <class P>
void DirectSource<P>::fill(Range rows, Range cols, Tile<double> out, Scratch&) const {
  constexpr index_t edge = panel_points;
  for (index_t j = cols.begin; j < cols.end;) {
    const index_t count = std::min(cols.end, (j / edge + 1) * edge) - j;
    const P* y = Y_->panel(j / edge) + j % edge;
    for (index_t i = rows.begin; i < rows.end;) {
      const index_t part = std::min(rows.end, (i / edge + 1) * edge) - i;
      const P* x = X_->panel(i / edge);
      double* to = out.column(j - cols.begin) + (i - rows.begin);
      if (part == edge) {
        fill_panel(statistic_, x, y, X_->dim(), Tile<double>{to, edge, count, out.stride});
      } else {
        // A panel that the range cuts: compute it whole beside the tile, keep the part.
        alignas(64) double whole[edge * edge];
        fill_panel(statistic_, x, y, X_->dim(), Tile<double>{whole, edge, count, edge});
        for (index_t c = 0; c < count; ++c) {
          std::copy_n(whole + c * edge + i % edge, part, to + c * out.stride);
        }
      }
      i += part;
    }
    j += count;
  }
}

template <class P>
void DirectSource<P>::diagonal(Range points, double* out) const {
  constexpr index_t edge = panel_points;
  for (index_t i = points.begin; i < points.end;) {
    const index_t part = std::min(points.end, (i / edge + 1) * edge) - i;
    alignas(64) double whole[edge];
    fill_panel_diagonal(statistic_, X_->panel(i / edge), X_->dim(), whole);
    std::copy_n(whole + i % edge, part, out + (i - points.begin));
    i += part;
  }
}

template <class P>
double DirectSource<P>::relative_error() const {
  const double d = static_cast<double>(X_->dim());
  const double in_double = sum_error(statistic_, d, 0x1p-53);
  if (sizeof(P) == sizeof(double)) return in_double;
  const double stretch = static_cast<double>(float_stretch(X_->dim()));
  return sum_error(statistic_, stretch, 0x1p-24) + in_double;
}

template class DirectSource<double>;
template class DirectSource<float>;

}  // namespace mercer
