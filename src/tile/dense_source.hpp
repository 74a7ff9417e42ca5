// Statistics of dense points as the sums that define them: distances by differences.
#pragma once

#include <memory>
#include <utility>

#include "tile/packed_points.hpp"
#include "tile/statistic_source.hpp"

namespace mercer {

/// |error| <= (d + 2) u sum_k |x_k y_k| for dot, u = 2^-53; for panels of floats the stretch that
/// is summed in float takes the place of d, and u is 2^-24.
template <class P>
class DirectSource final : public StatisticSource {
 public:
  using Packed = std::shared_ptr<const PackedPoints<P>>;

  DirectSource(Statistic statistic, Packed X, Packed Y)
      : DirectSource(statistic, X, Y, float_stretch(X->dim())) {}
  DirectSource(Statistic statistic, Packed X, Packed Y, index_t stretch)
      : statistic_(statistic), X_(std::move(X)), Y_(std::move(Y)), stretch_(stretch) {}

  void fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const override;
  void diagonal(Range points, double* out) const override;
  double relative_error() const override;

 private:
  Statistic statistic_;
  Packed X_;
  Packed Y_;
  index_t stretch_;
};

}  // namespace mercer
