#include "tile/statistic_pool.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "mercer/core/parallel.hpp"
#include "tile/centre.hpp"
#include "tile/dense_source.hpp"
#include "tile/expanded_source.hpp"
#include "tile/sparse_source.hpp"

namespace mercer {
namespace {

// Fewer features than this: distances are sums of differences, which cost no more than dot
// products.
constexpr index_t few_for_differences = 64;

// Fewer features than this: floats are summed in double, but for distances that are expanded.
// Stretches of floats would be too short to be fast or, at 8 features, too long for kernel values
// to 4e-6.
constexpr index_t few_for_float = 160;

// Distances of floats: kept from half of the norms on, and the squares of single coordinates may be
// subnormal below the floor.
constexpr Kept kept_of_floats{1.0 / 2, 0x1p-100};

std::vector<double> squared_norms(const StatisticSource& dot, index_t count, int threads) {
  constexpr index_t run = 256;  // points
  std::vector<double> norms(count);
  parallel_for((count + run - 1) / run, threads, [&](index_t item, int) {
    const Range points{item * run, std::min((item + 1) * run, count)};
    dot.diagonal(points, norms.data() + points.begin);
  });
  return norms;
}

// The same of floats, in double.
std::vector<double> squared_norms(const PackedPoints<float>& points, int threads) {
  const index_t panels = (points.count() + panel_points - 1) / panel_points;
  std::vector<double> norms(panels * panel_points, 0.0);
  parallel_for(panels, threads, [&](index_t p, int) {
    double sum[panel_points] = {};
    const float* x = points.panel(p);
    for (index_t k = 0; k < points.dim(); ++k, x += panel_points) {
      for (index_t i = 0; i < panel_points; ++i) {
        sum[i] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
      }
    }
    std::copy_n(sum, panel_points, norms.data() + p * panel_points);
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
  const auto place = static_cast<std::size_t>(statistic);
  if (stored_[place]) return stored_[place];
  auto& source = sources_[place];
  if (!source) {
    source = std::make_shared<Shared>(make(statistic));
    const std::size_t bytes = StoredSource::bytes(X_.count(), Y_.count());
    if (bytes <= kept_bytes_) {
      kept_bytes_ -= bytes;
      return stored_[place] = std::make_shared<const StoredSource>(source, X_.count(), Y_.count(),
                                                                   X_.same_as(Y_), threads_);
    }
  }
  source->add_reader();
  return source;
}

template <class T>
std::shared_ptr<StatisticPool<T>> StatisticPool<T>::part(Points<T> X, std::span<const index_t> rows,
                                                         Points<T> Y,
                                                         std::span<const index_t> cols) const {
  auto out = std::make_shared<StatisticPool>(X, Y, threads_);
  for (std::size_t place = 0; place < stored_.size(); ++place) {
    if (!stored_[place]) continue;
    out->stored_[place] = std::make_shared<const StoredSource>(*stored_[place], rows, cols);
  }
  return out;
}

// For distances, where it is not worth to keep them as well.
template <class T>
std::shared_ptr<const StatisticSource> StatisticPool<T>::dot_products() {
  return kept_bytes_ > 0 ? make(Statistic::dot) : get(Statistic::dot);
}

template <class T>
std::shared_ptr<const StatisticSource> StatisticPool<T>::make(Statistic statistic) {
  if (X_.is_sparse() || Y_.is_sparse()) return make_sparse(statistic);
  if (statistic == Statistic::squared_distance && X_.dim() >= few_for_differences) {
    return make_expanded();
  }
  if constexpr (std::is_same_v<T, float>) {
    if (X_.dim() >= few_for_float) return make_direct<float>(statistic, floats_);
  }
  return make_direct<double>(statistic, doubles_);
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
  return std::make_shared<const ExpandedSource<T>>(
      Expansion{dot_products(), norms(X_), norms(Y_), kept_of_doubles,
                expansion_error(X_.dim(), 0x1p-53)},
      PairDistances<T>(X_, Y_));
}

template <class T>
template <class P>
auto StatisticPool<T>::pack(const std::vector<double>& centre) const -> Panels<P> {
  const auto X = std::make_shared<const PackedPoints<P>>(X_, threads_, centre);
  if (X_.same_as(Y_)) return {X, X};
  return {X, std::make_shared<const PackedPoints<P>>(Y_, threads_, centre)};
}

template <class T>
template <class P>
std::shared_ptr<const StatisticSource> StatisticPool<T>::make_direct(Statistic statistic,
                                                                     Panels<P>& panels) {
  if (!panels.X) panels = pack<P>();
  return std::make_shared<const DirectSource<P>>(statistic, panels.X, panels.Y);
}

template <class T>
std::shared_ptr<const StatisticSource> StatisticPool<T>::make_expanded() {
  Expansion expansion;
  if constexpr (std::is_same_v<T, double>) {
    const auto norms = [&](const auto& panels) {
      const DirectSource<double> dot(Statistic::dot, panels, panels);
      return squared_norms(dot, panels->count(), threads_);
    };
    auto dot = dot_products();
    expansion = {std::move(dot), norms(doubles_.X), norms(doubles_.Y), kept_of_doubles,
                 expansion_error(X_.dim(), 0x1p-53)};
  } else {
    // About the middle of Y, so that the kernel values of a new point X with the training points Y
    // do not depend on the other new points.
    const Panels<float> centred = pack<float>(centre_of(Y_));
    const index_t stretch = 2 * float_stretch(X_.dim());
    // The second term: what rounding the centred points adds, 2 |x - y| |their errors|.
    const double error = expansion_error(stretch, 0x1p-24) + 0x1p-23;
    expansion = {
        std::make_shared<const DirectSource<float>>(Statistic::dot, centred.X, centred.Y, stretch),
        squared_norms(*centred.X, threads_), squared_norms(*centred.Y, threads_), kept_of_floats,
        error};
  }
  return std::make_shared<const ExpandedSource<T>>(std::move(expansion), PairDistances<T>(X_, Y_));
}

template class StatisticPool<double>;
template class StatisticPool<float>;

}  // namespace mercer
