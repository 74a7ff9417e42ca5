// What the kernels of one expression share on the same two point sets.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "tile/packed_points.hpp"
#include "tile/statistic_source.hpp"
#include "tile/stored_source.hpp"

namespace mercer {

/// The sources of statistics of X and Y, each made at most once, over one packed copy of the
/// points. A source that is asked for twice remembers its last tile, so that the second kernel only
/// copies; or all values are kept, so that kernels one after the other do.
template <class T>
class StatisticPool {
 public:
  /// threads: of the team that packs the points and finds their norms. kept_bytes: statistics are
  /// computed when asked for and kept, as far as so many bytes hold them.
  StatisticPool(Points<T> X, Points<T> Y, int threads, std::size_t kept_bytes = 0)
      : X_(X), Y_(Y), threads_(threads), kept_bytes_(kept_bytes) {}

  /// Of some of the points, in X and Y of their own; values that are kept serve them as well.
  /// Thread-safe beside itself.
  std::shared_ptr<StatisticPool> part(Points<T> X, std::span<const index_t> rows, Points<T> Y,
                                      std::span<const index_t> cols) const;

  std::shared_ptr<const StatisticSource> get(Statistic statistic);

  int threads() const { return threads_; }

  bool serves(const Points<T>& X, const Points<T>& Y) const {
    return X_.same_as(X) && Y_.same_as(Y);
  }

 private:
  class Shared;
  template <class P>
  struct Panels {
    std::shared_ptr<const PackedPoints<P>> X;
    std::shared_ptr<const PackedPoints<P>> Y;
  };

  std::shared_ptr<const StatisticSource> make(Statistic statistic);
  std::shared_ptr<const StatisticSource> dot_products();
  std::shared_ptr<const StatisticSource> make_sparse(Statistic statistic);
  template <class P>
  std::shared_ptr<const StatisticSource> make_direct(Statistic statistic, Panels<P>& panels);
  std::shared_ptr<const StatisticSource> make_expanded();
  template <class P>
  Panels<P> pack(const std::vector<double>& centre = {}) const;

  Points<T> X_;
  Points<T> Y_;
  int threads_;
  std::size_t kept_bytes_;
  Panels<double> doubles_;
  Panels<float> floats_;
  std::array<std::shared_ptr<Shared>, 5> sources_;             // by Statistic
  std::array<std::shared_ptr<const StoredSource>, 5> stored_;  // likewise, where they are kept
};

}  // namespace mercer
