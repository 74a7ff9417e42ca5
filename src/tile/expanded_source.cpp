#include "tile/expanded_source.hpp"

#include <algorithm>
#include <cmath>

namespace mercer {

void ExpandedSource::fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const {
  const Tile<const double> dots = dot_->read(rows, cols, out, scratch);
  const double* x_norms = x_norms_.data() + rows.begin;
  const double* y_norms = y_norms_.data() + cols.begin;
  if (expand_distances(dots, x_norms, y_norms, out)) return;
  constexpr index_t edge = 16;  // differences come in blocks of this size
  for (index_t j = 0; j < out.cols; j += edge) {
    for (index_t i = 0; i < out.rows; i += edge) {
      const Range block_rows{rows.begin + i, std::min(rows.begin + i + edge, rows.end)};
      const Range block_cols{cols.begin + j, std::min(cols.begin + j + edge, cols.end)};
      repair(block_rows, block_cols,
             {out.column(j) + i, block_rows.size(), block_cols.size(), out.stride}, scratch);
    }
  }
}

// Replaces the entries that expand_distances has marked by NaN.
void ExpandedSource::repair(Range rows, Range cols, Tile<double> out, Scratch& scratch) const {
  bool marked = false;
  for (index_t j = 0; j < out.cols; ++j) {
    for (index_t i = 0; i < out.rows; ++i) marked |= std::isnan(out.column(j)[i]);
  }
  if (!marked) return;
  const auto lease = scratch.lease<double>(out.rows * out.cols);
  const Tile<double> exact{lease.data(), out.rows, out.cols, out.rows};
  differences_->fill(rows, cols, exact, scratch);
  for (index_t j = 0; j < out.cols; ++j) {
    for (index_t i = 0; i < out.rows; ++i) {
      double& value = out.column(j)[i];
      if (std::isnan(value)) value = exact.column(j)[i];
    }
  }
}

}  // namespace mercer
