// Sparse points for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mercer/core/random.hpp"
#include "mercer/core/types.hpp"

namespace mercer::test {

/// d x n points of up to 12 stored values each, normal or (non_negative) uniform in [0, 1). Of each
/// seven points the first stores nothing and the second one value; the last stored value of the
/// others is an explicit 0. The last point is a copy of point 2 if n > 3.
template <class T>
SpMat<T> sparse_points(index_t d, index_t n, std::uint64_t stream, bool non_negative = false) {
  Random random(5, stream);
  std::vector<index_t> places;  // pairs of row and column
  std::vector<T> values;
  std::vector<index_t> begin = {0};  // of the points in values
  for (index_t j = 0; j < n; ++j) {
    if (n > 3 && j == n - 1) {
      for (index_t i = begin[2]; i < begin[3]; ++i) {
        places.insert(places.end(), {places[2 * i], j});
        values.push_back(values[i]);
      }
      break;
    }
    const index_t stored = j % 7 < 2 ? j % 7 : 2 + random.below(11);
    std::vector<index_t> features;
    for (index_t i = 0; d > 0 && i < stored; ++i) features.push_back(random.below(d));
    std::sort(features.begin(), features.end());
    features.erase(std::unique(features.begin(), features.end()), features.end());
    for (const index_t k : features) {
      places.insert(places.end(), {k, j});
      values.push_back(static_cast<T>(non_negative ? random.uniform() : random.normal()));
    }
    if (features.size() > 1) values.back() = 0;
    begin.push_back(values.size());
  }
  const Mat<index_t> locations(places.data(), 2, values.size());
  return SpMat<T>(locations, Col<T>(values), d, n, false, false);  // sorted, zeros stay
}

}  // namespace mercer::test
