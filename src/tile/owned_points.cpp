#include "tile/owned_points.hpp"

#include <algorithm>
#include <numeric>

namespace mercer {
namespace {

template <class To, class From>
OwnedPoints<To> converted(Points<From> points, std::span<const index_t> columns) {
  OwnedPoints<To> out;
  out.is_sparse = points.is_sparse();
  const index_t dim = points.dim();
  if (points.is_sparse()) {
    out.sparse = transform_stored<To>(points, columns, dim, all_indices(dim),
                                      [](index_t, index_t, From x) { return static_cast<To>(x); });
    return out;
  }
  out.dense.set_size(dim, columns.size());
  for (index_t j = 0; j < columns.size(); ++j) {
    std::copy_n(points.point(columns[j]), dim, out.dense.colptr(j));
  }
  return out;
}

}  // namespace

std::vector<index_t> all_indices(index_t count) {
  std::vector<index_t> indices(count);
  std::iota(indices.begin(), indices.end(), index_t{0});
  return indices;
}

template <class T>
OwnedPoints<T> select_points(Points<T> points, std::span<const index_t> indices) {
  return converted<T>(points, indices);
}

template <class T>
OwnedPoints<double> points_in_double(Points<T> points) {
  return converted<double>(points, all_indices(points.count()));
}

template OwnedPoints<double> select_points(Points<double>, std::span<const index_t>);
template OwnedPoints<float> select_points(Points<float>, std::span<const index_t>);
template OwnedPoints<double> points_in_double(Points<double>);
template OwnedPoints<double> points_in_double(Points<float>);

}  // namespace mercer
