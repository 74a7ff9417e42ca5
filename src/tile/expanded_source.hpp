// Squared distances from dot products.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "tile/expand.hpp"
#include "tile/pair_distance.hpp"
#include "tile/statistic_source.hpp"

namespace mercer {

/// What distances are made of.
struct Expansion {
  std::shared_ptr<const StatisticSource> dot;  // <x, y>; all points may have been moved alike
  std::vector<double> x_norms;                 // <x_i, x_i>
  std::vector<double> y_norms;
  Kept kept;
  double error;  // bound on |error| of a distance over <x, x> + <y, y>
};

/// Expansion::error of sums over d features with unit roundoff u: that of <x, y> and of both norms.
inline double expansion_error(index_t d, double u) {
  return 2 * sum_error(Statistic::squared_distance, static_cast<double>(d), u);
}

/// ||x - y||^2 = <x, x> + <y, y> - 2 <x, y>: up to half the work of differences on CPUs that add
/// and multiply in the same units, and nearly none where the dot products are there already. An
/// entry whose terms cancel too much is computed from the points' differences instead.
template <class T>
class ExpandedSource final : public StatisticSource {
 public:
  ExpandedSource(Expansion expansion, PairDistances<T> pairs)
      : expansion_(std::move(expansion)), pairs_(std::move(pairs)) {}

  void fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const override;
  void diagonal(Range points, double* out) const override {
    for (index_t i = points.begin; i < points.end; ++i) out[i - points.begin] = pairs_.diagonal(i);
  }
  double relative_error() const override;

 private:
  Expansion expansion_;
  PairDistances<T> pairs_;
};

}  // namespace mercer
