// Squared distances from dot products.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "tile/expand.hpp"
#include "tile/statistic_source.hpp"

namespace mercer {

/// ||x - y||^2 = <x, x> + <y, y> - 2 <x, y>: up to half the work of differences on CPUs that add
/// and multiply in the same units, and nearly none where the dot products are there already. An
/// entry whose terms cancel too much is computed by differences instead.
class ExpandedSource final : public StatisticSource {
 public:
  using Source = std::shared_ptr<const StatisticSource>;

  ExpandedSource(Source dot, Source differences,
                 std::vector<double> x_norms,  // <x_i, x_i>
                 std::vector<double> y_norms)
      : dot_(std::move(dot)),
        differences_(std::move(differences)),
        x_norms_(std::move(x_norms)),
        y_norms_(std::move(y_norms)) {}

  void fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const override;
  void diagonal(Range points, double* out) const override { differences_->diagonal(points, out); }

  /// With e the relative error of a sum of d non-negative terms, <x, y> and both norms together err
  /// by 2 e (||x||^2 + ||y||^2) at most, and what is kept is a fraction of that or more.
  double relative_error() const override {
    return 2 * differences_->relative_error() / kept_fraction;
  }

 private:
  void repair(Range rows, Range cols, Tile<double> out, Scratch& scratch) const;

  Source dot_;
  Source differences_;
  std::vector<double> x_norms_;
  std::vector<double> y_norms_;
};

}  // namespace mercer
