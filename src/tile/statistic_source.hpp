// Where the statistics of two point sets come from. Sources compute in double and compose: the
// distances of many features are made of the source of their dot products, and a shared source
// remembers its last tile.
#pragma once

#include <limits>

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

  /// The same to look at: in `memory`, or where the source remembers them until its next tile.
  virtual Tile<const double> read(Range rows, Range cols, Tile<double> memory,
                                  Scratch& scratch) const {
    fill(rows, cols, memory, scratch);
    return {memory.data, memory.rows, memory.cols, memory.stride};
  }

  /// out[i] = s(x_{points.begin + i}, x_{points.begin + i}), the bits that fill gives.
  virtual void diagonal(Range points, double* out) const = 0;

  /// Bound on |error| / s of every value; NaN for dot products, which may cancel.
  virtual double relative_error() const = 0;
};

/// The bound for sums of d terms that are summed with unit roundoff u: sum_k (x_k - y_k)^2 and the
/// like have d additions, and up to 4 roundings in a term.
inline double sum_error(Statistic statistic, double d, double u) {
  if (statistic == Statistic::dot) return std::numeric_limits<double>::quiet_NaN();
  return (d + 4) * u;
}

}  // namespace mercer
