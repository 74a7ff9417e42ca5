// Points made from others, in memory of their own.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "mercer/tile/points.hpp"

namespace mercer {

/// row[k] of a feature that does not go along.
inline constexpr index_t dropped = std::numeric_limits<index_t>::max();

/// Point columns[j] becomes point j; its stored value x of feature k becomes value(k, j, x) of
/// feature row[k].
template <class To, class From, class Value>
SpMat<To> transform_stored(Points<From> points, std::span<const index_t> columns, index_t new_dim,
                           std::span<const index_t> row, Value value) {
  std::vector<index_t> places;  // pairs of row and column
  std::vector<To> values;
  for (index_t j = 0; j < columns.size(); ++j) {
    const SparsePoint<From> x = points.stored(columns[j]);
    for (index_t i = 0; i < x.count; ++i) {
      const index_t k = x.features[i];
      if (row[k] == dropped) continue;
      places.insert(places.end(), {row[k], j});
      values.push_back(value(k, j, x.values[i]));
    }
  }
  return SpMat<To>(Mat<index_t>(places.data(), 2, values.size()), Col<To>(values), new_dim,
                   columns.size());
}

/// 0, 1, ..., count - 1.
std::vector<index_t> all_indices(index_t count);

/// The points of these indices.
template <class T>
OwnedPoints<T> select_points(Points<T> points, std::span<const index_t> indices);

/// All points, in double.
template <class T>
OwnedPoints<double> points_in_double(Points<T> points);

}  // namespace mercer
