// Statistics of points of which at least one set is sparse, without densifying a whole set.
#pragma once

#include <cstdint>

#include "tile/statistic_source.hpp"

namespace mercer {

/// Dot products: 16 points of Y at a time side by side in a panel that holds only the features that
/// they have, against the stored features of each x. About nnz(x) cycles for 16 products; the bits
/// of dense points. Both sets sparse; O(d + 16 nnz of a point) memory for each thread.
template <class T>
class SparseDotSource final : public StatisticSource {
 public:
  SparseDotSource(Points<T> X, Points<T> Y);
  void fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const override;
  void diagonal(Range points, double* out) const override;
  double relative_error() const override;

 private:
  Points<T> X_;
  Points<T> Y_;
  std::uint64_t slots_;  // the owner of the slots in scratch
};

/// Any statistic of sparse and dense points: panels of 16 points are densified as they are needed,
/// 32 d doubles for each thread.
template <class T>
class DensifiedSource final : public StatisticSource {
 public:
  DensifiedSource(Statistic statistic, Points<T> X, Points<T> Y)
      : statistic_(statistic), X_(X), Y_(Y) {}
  void fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const override;
  void diagonal(Range points, double* out) const override;
  double relative_error() const override;

 private:
  Statistic statistic_;
  Points<T> X_;
  Points<T> Y_;
};

}  // namespace mercer
