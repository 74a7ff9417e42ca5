#include "mercer/tile/points.hpp"

#include <algorithm>
#include <cmath>

#include "mercer/core/errors.hpp"

namespace mercer {

template <class T>
void Points<T>::copy_point(index_t j, T* out) const {
  if (!is_sparse()) {
    std::copy_n(point(j), dim_, out);
    return;
  }
  std::fill_n(out, dim_, T(0));
  const SparsePoint<T> x = stored(j);
  for (index_t i = 0; i < x.count; ++i) out[x.features[i]] = x.values[i];
}

template <class T>
void require_finite(const char* where, const char* name, Points<T> points) {
  if (!points.is_sparse()) {
    const Mat<T> view(const_cast<T*>(points.data()), points.dim(), points.count(), false, true);
    return require_finite(where, name, view);
  }
  for (index_t j = 0; j < points.count(); ++j) {
    const SparsePoint<T> x = points.stored(j);
    for (index_t i = 0; i < x.count; ++i) {
      if (std::isfinite(x.values[i])) continue;
      throw NonFiniteError(where, name, x.features[i], j, static_cast<double>(x.values[i]));
    }
  }
}

template void Points<double>::copy_point(index_t, double*) const;
template void Points<float>::copy_point(index_t, float*) const;
template void require_finite(const char*, const char*, Points<double>);
template void require_finite(const char*, const char*, Points<float>);

}  // namespace mercer
