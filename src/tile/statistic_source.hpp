// Where the statistics of two point sets come from. Sources compute in double and compose: the
// distances of many features are made of the source of their dot products, and a shared source
// remembers its last tile.
#pragma once

#include <memory>

#include "mercer/core/scratch.hpp"
#include "mercer/core/types.hpp"
#include "mercer/tile/points.hpp"
#include "mercer/tile/statistic.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {

/// s_ij = s(x_i, y_j) in double. A value depends on its two points only, not on the tile that it is
/// computed in, and s(x, y) = s(y, x) to the bit. Thread-safe; each thread brings its own scratch.
class StatisticSource {
 public:
  virtual ~StatisticSource() = default;
  virtual void fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const = 0;

  /// out[i] = s(x_{points.begin + i}, x_{points.begin + i}), the bits that fill gives.
  virtual void diagonal(Range points, double* out) const = 0;
};

/// Dense points: packed copies of X and Y, O(d (n + m)) memory, one if they are the same.
template <class T>
std::shared_ptr<const StatisticSource> make_dense_source(Statistic statistic, Points<T> X,
                                                         Points<T> Y);

}  // namespace mercer
