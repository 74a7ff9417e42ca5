#include "tile/statistic_pool.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "mercer/core/parallel.hpp"
#include "tile/dense_source.hpp"
#include "tile/expanded_source.hpp"
#include "tile/sparse_source.hpp"

namespace mercer {
namespace {

// Fewer features than this: floats are summed in double. Stretches of floats would be too short to
// be fast or, at 8 features, too long for kernel values to 4e-6: where adding and multiplying share
// the units, differences of floats reach the rate of dot products of doubles at some 200 features.
constexpr index_t few_for_float = 160;

// Fewer features than this: distances are sums of differences, which cost no more than dot
// products. Sums in float stay with differences: the error of <x, x> + <y, y> - 2 <x, y> would be
// several times theirs.
constexpr index_t few_for_differences = 64;

std::vector<double> squared_norms(const StatisticSource& dot, index_t count, int threads) {
  constexpr index_t run = 256;  // points
  std::vector<double> norms(count);
  parallel_for((count + run - 1) / run, threads, [&](index_t item, int) {
    const Range points{item * run, std::min((item + 1) * run, count)};
    dot.diagonal(points, norms.data() + points.begin);
  });
  return norms;
}

}  // namespace

// A source that remembers the last tile of each thread if more than one kernel reads it.
template <class T>
class StatisticPool<T>::Shared final : public StatisticSource {
 public:
  explicit Shared(std::shared_ptr<const StatisticSource> source) : source_(std::move(source)) {}

  void add_reader() { ++readers_; }

  void fill(Range rows, Range cols, Tile<double> out, Scratch& scratch) const override {
    if (readers_ < 2) return source_->fill(rows, cols, out, scratch);
    const Tile<const double> last = read(rows, cols, out, scratch);
    for (index_t j = 0; j < out.cols; ++j) {
      std::copy_n(last.column(j), out.rows, out.column(j));
    }
  }
  Tile<const double> read(Range rows, Range cols, Tile<double> memory,
                          Scratch& scratch) const override {
    if (readers_ < 2) return source_->read(rows, cols, memory, scratch);
    const index_t stride = padded_stride<double>(rows.size());
    const double* last =
        scratch.remembered(owner_, rows, cols, stride * cols.size(), [&](double* block) {
          source_->fill(rows, cols, {block, rows.size(), cols.size(), stride}, scratch);
        });
    return {last, rows.size(), cols.size(), stride};
  }
  void diagonal(Range points, double* out) const override { source_->diagonal(points, out); }
  double relative_error() const override { return source_->relative_error(); }

 private:
  std::shared_ptr<const StatisticSource> source_;
  std::uint64_t owner_ = next_scratch_owner();
  int readers_ = 0;
};

template <class T>
std::shared_ptr<const StatisticSource> StatisticPool<T>::get(Statistic statistic) {
  auto& source = sources_[static_cast<std::size_t>(statistic)];
  if (!source) source = std::make_shared<Shared>(make(statistic));
  source->add_reader();
  return source;
}

template <class T>
std::shared_ptr<const StatisticSource> StatisticPool<T>::make(Statistic statistic) {
  if (X_.is_sparse() || Y_.is_sparse()) return make_sparse(statistic);
  if constexpr (std::is_same_v<T, float>) {
    if (X_.dim() >= few_for_float) return make_dense<float>(statistic, floats_);
  }
  return make_dense<double>(statistic, doubles_);
}

template <class T>
std::shared_ptr<const StatisticSource> StatisticPool<T>::make_sparse(Statistic statistic) {
  const bool dot = statistic == Statistic::dot;
  if (!(X_.is_sparse() && Y_.is_sparse() && (dot || statistic == Statistic::squared_distance))) {
    return std::make_shared<const DensifiedSource<T>>(statistic, X_, Y_);
  }
  if (dot) return std::make_shared<const SparseDotSource<T>>(X_, Y_);
  const auto norms = [&](const Points<T>& points) {
    return squared_norms(SparseDotSource<T>(points, points), points.count(), threads_);
  };
  return std::make_shared<const ExpandedSource>(
      get(Statistic::dot), std::make_shared<const SparseDifferenceSource<T>>(X_, Y_), norms(X_),
      norms(Y_));
}

template <class T>
template <class P>
std::shared_ptr<const StatisticSource> StatisticPool<T>::make_dense(Statistic statistic,
                                                                    Panels<P>& panels) {
  if (!panels.X) {
    panels.X = std::make_shared<const PackedPoints<P>>(X_, threads_);
    panels.Y = X_.same_as(Y_) ? panels.X : std::make_shared<const PackedPoints<P>>(Y_, threads_);
  }
  const auto direct = std::make_shared<const DirectSource<P>>(statistic, panels.X, panels.Y);
  const bool expand = std::is_same_v<P, double> && X_.dim() >= few_for_differences;
  if (statistic != Statistic::squared_distance || !expand) return direct;
  const auto norms = [&](const auto& points) {
    return squared_norms(DirectSource<P>(Statistic::dot, points, points), points->count(),
                         threads_);
  };
  return std::make_shared<const ExpandedSource>(get(Statistic::dot), direct, norms(panels.X),
                                                norms(panels.Y));
}

template class StatisticPool<double>;
template class StatisticPool<float>;

}  // namespace mercer
