// The squared distance of single pairs of points, by differences: for the entries of a tile that
// dot products cannot give.
#pragma once

#include "mercer/core/types.hpp"
#include "mercer/tile/points.hpp"

namespace mercer {

/// Additions of each sum in float, of which there are four in each lane of a vector. Their errors
/// average out over the lanes.
inline constexpr index_t pair_steps = 64;

/// ||x - y||^2 of two dense points. Floats are summed in float over runs of features, side by side
/// in the lanes of vectors, and the runs in double.
template <class T>
double pair_distance(const T* x, const T* y, index_t dim);

/// ||x - y||^2 of two sparse points, in double.
template <class T>
double pair_distance(SparsePoint<T> x, SparsePoint<T> y);

/// Squared distances of X and Y pair by pair, both dense or both sparse. Thread-safe.
template <class T>
class PairDistances {
 public:
  PairDistances(Points<T> X, Points<T> Y) : X_(X), Y_(Y) {}

  double operator()(index_t i, index_t j) const { return between(X_, i, Y_, j); }

  /// ||x_i - x_i||^2: 0, or NaN where x_i is not finite.
  double diagonal(index_t i) const { return between(X_, i, X_, i); }

  /// Bound on |error| / s of every value.
  double relative_error() const;

 private:
  static double between(const Points<T>& A, index_t i, const Points<T>& B, index_t j) {
    return A.is_sparse() ? pair_distance(A.stored(i), B.stored(j))
                         : pair_distance(A.point(i), B.point(j), A.dim());
  }

  Points<T> X_;
  Points<T> Y_;
};

}  // namespace mercer
