// The statistics of two points that kernels are maps of, computed tile by tile.
#pragma once

#include <memory>
#include <utility>

#include "mercer/core/scratch.hpp"
#include "mercer/core/types.hpp"
#include "mercer/tile/points.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {

enum class Statistic {
  dot,               // <x, y> = sum_k x_k y_k
  squared_distance,  // ||x - y||^2 = sum_k (x_k - y_k)^2, by differences: no cancellation
  l1_distance,       // sum_k |x_k - y_k|
  chi_squared,       // sum_k (x_k - y_k)^2 / (x_k + y_k), terms 0 / 0 count as 0
  intersection       // sum_k min(x_k, y_k)
};

/// Throws std::invalid_argument if the statistic has no meaning for the points: chi_squared and
/// intersection need values >= 0 ("<where>: X must be non-negative (...), X(2, 7) is -1").
template <class T>
void require_domain(const char* where, const char* name, Statistic statistic, Points<T> points);

/// The same views, with a place where all kernels that are bound to both share what they prepare:
/// the packed points, and the tiles of a statistic that several of them are maps of. threads: of
/// the team that prepares it; no effect if X and Y have such a place already.
template <class T>
std::pair<Points<T>, Points<T>> sharing(Points<T> X, Points<T> Y, int threads = 1);

class StatisticSource;

/// One statistic on two point sets, s_ij = s(x_i, y_j).
///
/// Summed in double and rounded to T at the end; floats of 160 features and more are summed in
/// float over short stretches. A value depends on its two points only, not on the tile or the set
/// that it is computed in, and s(x, y) = s(y, x) to the bit, but for what follows.
///
/// Squared distances are sums of squared differences for d < 64. The others are <x, x> + <y, y> -
/// 2 <x, y>, replaced by the differences wherever the result is too small a part of <x, x> +
/// <y, y>, so that near points lose no digits: see relative_error. Doubles: below 1/16. Floats:
/// below 1/2, all points being moved first by the middle of Y; there, the last bits depend on it.
template <class T>
class BoundStatistic {
 public:
  /// X: d x n, Y: d x m. O(d (n + m)) memory for packed copies.
  BoundStatistic(Statistic statistic, Points<T> X, Points<T> Y);

  index_t dim() const { return X_.dim(); }

  /// out(i, j) = s(x_{rows.begin + i}, y_{cols.begin + j}).
  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const;

  /// out[i] = s(x_{points.begin + i}, x_{points.begin + i}), the bits that fill gives.
  void diagonal(Range points, T* out) const;

  /// Bound on |error| / s of every value; NaN for dot products, which may cancel.
  double relative_error() const;

  /// A bound on all values of a distance: twice the radius of the points around their middle or
  /// origin, squared where the distance is. O(d (n + m)) work; infinite for the other statistics.
  double largest() const;

 private:
  Statistic statistic_;
  Points<T> X_;
  Points<T> Y_;
  int threads_;  // of the team that looks through the points
  std::shared_ptr<const StatisticSource> source_;
};

}  // namespace mercer
