// About the middle of a set of points.
#pragma once

#include <vector>

#include "mercer/tile/points.hpp"

namespace mercer {

/// About the mean of dense points, from at most some hundred of them; the origin for sparse ones,
/// which have many zeros.
template <class T>
std::vector<double> centre_of(const Points<T>& points) {
  std::vector<double> centre(points.dim(), 0.0);
  if (points.is_sparse() || points.count() == 0) return centre;
  const index_t step = 1 + points.count() / 256;
  const double share = 1 / static_cast<double>((points.count() + step - 1) / step);
  for (index_t j = 0; j < points.count(); j += step) {
    const T* x = points.point(j);
    for (index_t k = 0; k < points.dim(); ++k) centre[k] += share * static_cast<double>(x[k]);
  }
  return centre;
}

}  // namespace mercer
