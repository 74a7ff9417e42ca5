#include "model/train_pairs.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <type_traits>
#include <utility>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "model/kept_problems.hpp"
#include "model/pair_values.hpp"
#include "solver/kernel_values.hpp"
#include "solver/resumable.hpp"

namespace mercer {
namespace {

// Pairs of up to so many rows have all of their kernel values computed; larger ones only the
// columns that they ask for, which often are few.
constexpr index_t large_pair = 16384;

// Pairs of up to so many rows, or that keep no kernel values, are solved side by side, one on each
// thread, if there are enough of them.
constexpr index_t small_pair = 8192;
constexpr index_t enough_pairs = 2;  // for each thread

// Pairs of up to so many rows keep their kernel values in double as well, for the last gradients.
constexpr index_t exact_pair = 4096;

}  // namespace

template <class T>
std::vector<PairSolution> train_pairs(const GramOperator<T>& K, const ClassOrder& order,
                                      const std::vector<ClassPair>& pairs,
                                      const SvcOptions& options, const Starts& starts,
                                      const CheckpointSection& section) {
  const auto rows_of = [&](index_t p) {
    return order.of_class[pairs[p].first].size() + order.of_class[pairs[p].second].size();
  };
  // The largest first, so that the last ones to end are short.
  std::vector<index_t> by_size(pairs.size());
  std::iota(by_size.begin(), by_size.end(), index_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](index_t a, index_t b) { return rows_of(a) > rows_of(b); });
  const index_t most = rows_of(by_size.front());
  // The values between two classes, twice, and those within each class. Whether there is room does
  // not depend on the threads, for the bits may: where room is short, less pairs are side by side.
  const std::size_t between_two = 2 * most * most / 4;
  std::size_t within_all = 0;
  for (const Range range : order.of_class) within_all += range.size() * range.size();
  const std::size_t room = resolve_memory_budget(options.memory_budget) / sizeof(float);
  const bool share = pairs.size() > 1 && most <= large_pair && within_all + between_two <= room;
  const KeptProblems kept(section);
  std::vector<PairSolution> solutions(pairs.size());
  by_size = kept.take_solved(by_size, rows_of, solutions);
  if (by_size.empty()) return solutions;
  // Asked here first: of pairs side by side, those on other threads may be ahead of the callback.
  Watch watch(options);
  watch.ask({.stage = "smo", .criterion = 2, .target = options.tolerance}, 0);  // beta = 0: F = y
  bool stored = share && !watch.stopped();
  const bool exact = most <= exact_pair && 3 * (within_all + between_two) <= room;
  std::size_t workers = team_size(pairs.size(), options.threads);
  if (stored) {
    const std::size_t fit = ((exact ? room / 3 : room) - within_all) / between_two;
    workers = std::min(workers, fit);
  }
  // What the pairs share: the kernel values within each class. Those between two classes belong to
  // one pair. Nothing is computed twice, nor for pairs that are solved.
  WithinClasses within(stored ? order.of_class : std::vector<Range>(),
                       exact && std::is_same_v<T, double>, options.threads);
  try {
    for (index_t c = 0; c < within.count(); ++c) {
      const auto has_class = [&](index_t p) { return pairs[p].first == c || pairs[p].second == c; };
      if (std::none_of(by_size.begin(), by_size.end(), has_class)) continue;
      within.of(c).compute(K, order.of_class[c], order.of_class[c], exact, options.threads,
                           [&] { watch.poll(0); });
    }
  } catch (const Watch::Ended&) {
    stored = false;
  }
  const Col<double> diagonal =
      stored ? arma::conv_to<Col<double>>::from(K.diagonal()) : Col<double>();
  std::vector<KernelBetween> between(workers);
  const auto solve = [&](index_t p, int worker, int threads) {
    SvmDual dual = pair_dual("Svc::fit", order, pairs[p], options);
    if (!starts.empty()) dual.start = starts[p];
    if (watch.stopped() && !arma::any(dual.start != 0)) {
      solutions[p] = not_begun(dual);
      return;
    }
    const std::array<Range, 2> of_pair = dual.rows;
    dual.rows = {order.of_class[pairs[p].first], order.of_class[pairs[p].second]};
    const SvmOptions pair_options = watch.solver_options(worker, threads);
    if (stored && !watch.stopped()) {
      KernelBetween& own = between[static_cast<std::size_t>(worker)];
      bool ended = false;
      try {
        own.compute(K, dual.rows[0], dual.rows[1], exact, threads, [&] { watch.poll(worker); });
      } catch (const Watch::Ended&) {
        ended = true;
      }
      if (!ended) {
        const StoredColumns columns = pair_columns(within.of(pairs[p].first),
                                                   within.of(pairs[p].second), own, diagonal, dual);
        solutions[p] = finished(solve_svm(K, dual, pair_options, &columns, kept.of(p)), options);
        return;
      }
    }
    const std::vector<index_t> places = pair_places(order, pairs[p]);
    dual.rows = of_pair;
    try {
      const auto K_pair = K.submatrix(places, places);
      solutions[p] = finished(solve_svm(*K_pair, dual, pair_options, nullptr, kept.of(p)), options);
    } catch (const NonFiniteError& error) {  // it counts the rows of the pair
      throw NonFiniteError("solve_svm", "K", places[error.row()], places[error.column()],
                           error.value());
    }
  };
  const auto solve_and_keep = [&](index_t p, int worker, int threads) {
    solve(p, worker, threads);
    kept.keep(p, solutions[p]);
  };

  const auto team = static_cast<index_t>(resolve_threads(options.threads));
  const bool enough = pairs.size() >= enough_pairs * team;
  const auto small = std::find_if(by_size.begin(), by_size.end(), [&](index_t p) {
    return rows_of(p) <= small_pair || (enough && keeps_nothing(K, rows_of(p)));
  });
  std::for_each(by_size.begin(), small, [&](index_t p) { solve_and_keep(p, 0, options.threads); });
  const auto side_by_side = static_cast<index_t>(by_size.end() - small);
  if (side_by_side == 1) {
    solve_and_keep(*small, 0, options.threads);
  } else {
    parallel_for(side_by_side, static_cast<int>(workers), [&](index_t item, int worker) {
      solve_and_keep(small[static_cast<std::ptrdiff_t>(item)], worker, 1);
    });
  }
  return solutions;
}

template std::vector<PairSolution> train_pairs(const GramOperator<double>&, const ClassOrder&,
                                               const std::vector<ClassPair>&, const SvcOptions&,
                                               const Starts&, const CheckpointSection&);
template std::vector<PairSolution> train_pairs(const GramOperator<float>&, const ClassOrder&,
                                               const std::vector<ClassPair>&, const SvcOptions&,
                                               const Starts&, const CheckpointSection&);

}  // namespace mercer
