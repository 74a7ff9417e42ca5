// The statistics of two points that kernels are maps of, computed tile by tile.
#pragma once

#include <memory>

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

/// One statistic on two point sets, s_ij = s(x_i, y_j).
///
/// Every entry is accumulated over k = 0, 1, ... in one accumulator by the same instructions,
/// wherever it stands in a tile: the same pair gives the same bits in every tile shape, and
/// s(x, y) = s(y, x) to the bit. Relative error at most (d + 2) u for the sums of non-negative
/// terms, (d + 4) u for chi_squared; |error| <= (d + 2) u sum_k |x_k y_k| for dot; u = 2^-53 or
/// 2^-24.
template <class T>
class BoundStatistic {
 public:
  /// X: d x n, Y: d x m; both must outlive the object. O(d n) memory for a packed copy of X.
  BoundStatistic(Statistic statistic, Points<T> X, Points<T> Y);

  /// out(i, j) = s(x_{rows.begin + i}, y_{cols.begin + j}).
  void fill(Range rows, Range cols, Tile<T> out, Scratch<T>& scratch) const;

  /// out[i] = s(x_{points.begin + i}, x_{points.begin + i}), the bits that fill gives.
  void diagonal(Range points, T* out) const;

  index_t dim() const { return dim_; }

 private:
  struct Free {
    void operator()(T* data) const { ::operator delete(data, std::align_val_t(64)); }
  };
  Statistic statistic_;
  index_t dim_;
  Points<T> Y_;
  std::unique_ptr<T, Free> panels_;  // X in panels of panel_rows<T> points, feature by feature
};

}  // namespace mercer
