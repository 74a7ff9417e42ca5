#include "tile/expanded_source.hpp"

#include <algorithm>
#include <cmath>

namespace mercer {

template <class T>
void ExpandedSource<T>::fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const {
  const Tile<const double> dots = expansion_.dot->read(rows, cols, out, scratch);
  const double* x_norms = expansion_.x_norms.data() + rows.begin;
  const double* y_norms = expansion_.y_norms.data() + cols.begin;
  if (expand_distances(dots, x_norms, y_norms, expansion_.kept, out)) return;
  const auto lease = scratch.lease<index_t>(out.rows + 1);
  index_t* lost = lease.data();
  for (index_t j = 0; j < out.cols; ++j) {
    double* column = out.column(j);
    index_t count = 0;
    for (index_t i = 0; i < out.rows; ++i) {
      lost[count] = i;
      count += std::isnan(column[i]);
    }
    for (index_t k = 0; k < count; ++k) {
      column[lost[k]] = pairs_(rows.begin + lost[k], cols.begin + j);
    }
  }
}

template <class T>
double ExpandedSource<T>::relative_error() const {
  return std::max(expansion_.error / expansion_.kept.fraction, pairs_.relative_error());
}

template class ExpandedSource<float>;
template class ExpandedSource<double>;

}  // namespace mercer
