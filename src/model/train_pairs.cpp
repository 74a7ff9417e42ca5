#include "model/train_pairs.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <numeric>
#include <optional>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/column_cache.hpp"

namespace mercer {
namespace {

// Up to here the kernel values of all rows are computed at once for all pairs (1.6 GB): one half of
// them, where the pairs by themselves would compute about as many as there are.
constexpr index_t shared_limit = 20000;

// Pairs of up to so many rows are solved side by side, one on each thread.
constexpr index_t small_pair = 8192;

constexpr index_t room = 16;  // after each column, see solve_svm

// What all pairs of a fit have in common while they run.
class Watch {
 public:
  explicit Watch(const SvcOptions& options) : options_(options) {}

  // The callback is asked on the caller's thread only, the others hear what it has said.
  Continue ask(Progress state, int worker) {
    if (worker == 0 && options_.progress && !stopped_) {
      state.seconds = seconds();
      if (options_.progress(state) == Continue::no) stopped_ = true;
    }
    return stopped_ ? Continue::no : Continue::yes;
  }
  bool stopped() const { return stopped_; }
  double time_left() const {
    return std::max(options_.time_limit - seconds(), std::numeric_limits<double>::min());
  }

 private:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  const SvcOptions& options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<bool> stopped_ = false;
};

}  // namespace

template <class T>
std::vector<SvmSolution> train_pairs(const GramOperator<T>& K, const ClassOrder& order,
                                     const std::vector<ClassPair>& pairs,
                                     const SvcOptions& options) {
  std::optional<ColumnCache<T>> shared;
  if (pairs.size() > 1 && K.n_rows() <= shared_limit) {
    const std::size_t bytes = (K.n_rows() + 2 * room) * K.n_rows() * sizeof(float);
    if (bytes <= resolve_memory_budget(options.memory_budget)) {
      shared.emplace(K, options.memory_budget, K.n_rows(), room);
      shared->fetch_all();
    }
  }
  const auto rows_of = [&](index_t p) {
    return order.of_class[pairs[p].first].size() + order.of_class[pairs[p].second].size();
  };
  Watch watch(options);
  std::vector<SvmSolution> solutions(pairs.size());
  const auto solve = [&](index_t p, int worker, int threads) {
    SvmDual dual = pair_dual(order, pairs[p]);
    SvmOptions pair_options{.tolerance = options.tolerance,
                            .relative_gap = options.relative_gap,
                            .memory_budget = options.memory_budget,
                            .threads = threads,
                            .max_iterations = options.max_iterations,
                            .time_limit = watch.time_left()};
    if (options.progress) {
      pair_options.progress = [&, worker](const Progress& state) {
        return watch.ask(state, worker);
      };
    }
    if (shared) {
      solutions[p] = solve_svm(K, dual, pair_options, &*shared);
      return;
    }
    const std::vector<index_t> places = pair_places(order, pairs[p]);
    const index_t first = dual.rows[0].size();
    dual.rows = {Range{0, first}, Range{first, places.size()}};
    try {
      solutions[p] = solve_svm(*K.submatrix(places, places), dual, pair_options);
    } catch (const NonFiniteError& error) {  // it counts the rows of the pair
      throw NonFiniteError("solve_svm", "K", places[error.row()], places[error.column()],
                           error.value());
    }
  };

  // The largest first, so that the last ones to end are short.
  std::vector<index_t> by_size(pairs.size());
  std::iota(by_size.begin(), by_size.end(), index_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](index_t a, index_t b) { return rows_of(a) > rows_of(b); });
  const auto small = std::find_if(by_size.begin(), by_size.end(),
                                  [&](index_t p) { return rows_of(p) <= small_pair; });
  std::for_each(by_size.begin(), small, [&](index_t p) { solve(p, 0, options.threads); });
  const auto side_by_side = static_cast<index_t>(by_size.end() - small);
  if (side_by_side == 1) {
    solve(*small, 0, options.threads);
  } else {
    parallel_for(side_by_side, options.threads, [&](index_t item, int worker) {
      solve(small[static_cast<std::ptrdiff_t>(item)], worker, 1);
    });
  }
  return solutions;
}

template std::vector<SvmSolution> train_pairs(const GramOperator<double>&, const ClassOrder&,
                                              const std::vector<ClassPair>&, const SvcOptions&);
template std::vector<SvmSolution> train_pairs(const GramOperator<float>&, const ClassOrder&,
                                              const std::vector<ClassPair>&, const SvcOptions&);

}  // namespace mercer
