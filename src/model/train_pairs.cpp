#include "model/train_pairs.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <type_traits>
#include <utility>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/column_cache.hpp"

namespace mercer {
namespace {

// Pairs of up to so many rows have all of their kernel values computed; larger ones only the
// columns that they ask for, which often are few.
constexpr index_t large_pair = 16384;

// Pairs of up to so many rows are solved side by side, one on each thread.
constexpr index_t small_pair = 8192;

// Pairs of up to so many rows keep their kernel values in double as well, for the last gradients.
constexpr index_t exact_pair = 4096;

// A block of K as floats, column by column, with room behind each.
class FloatBlock {
 public:
  float* column(index_t j) { return values_.memptr() + j * stride_; }
  const float* column(index_t j) const { return values_.memptr() + j * stride_; }

  // From the operator, or from values that are there.
  template <class T>
  void compute(const GramOperator<T>& block, Poll poll) {
    reserve(block.n_rows(), block.n_cols());
    block.dense_in_float(values_.memptr(), stride_, poll);
  }
  void copy(const Mat<double>& block) {
    reserve(block.n_rows, block.n_cols);
    for (index_t j = 0; j < block.n_cols; ++j) {
      std::transform(block.begin_col(j), block.end_col(j), column(j),
                     [](double x) { return static_cast<float>(x); });
    }
  }

  void reserve(index_t rows, index_t cols) {
    stride_ = (rows + StoredColumns::room + 15) / 16 * 16;
    values_.set_size(stride_ * cols);
    for (index_t j = 0; j < cols; ++j) std::fill(column(j) + rows, column(j) + stride_, 0.0F);
  }

 private:
  index_t stride_ = 0;
  Col<float> values_;
};

// A block of K as floats, and in double if wanted.
struct Block {
  FloatBlock floats;
  Mat<double> exact;

  template <class T>
  void compute(const GramOperator<T>& K, Range rows, Range cols, bool keep_exact, Poll poll) {
    const auto block = K.submatrix(indices(rows), indices(cols));
    if constexpr (std::is_same_v<T, double>) {
      if (keep_exact) block->dense(exact, poll);
    }
    if (exact.is_empty()) {
      floats.compute(*block, poll);
    } else {
      floats.copy(exact);
    }
    for (index_t j = 0; j < cols.size(); ++j) {
      require_finite_floats(K, floats.column(j), rows, cols.begin + j);
    }
  }

  static std::vector<index_t> indices(Range range) {
    std::vector<index_t> out(range.size());
    std::iota(out.begin(), out.end(), range.begin);
    return out;
  }
};

// to(j, i) = from(i, j)
template <class From, class To>
void transpose(index_t rows, index_t cols, const From& from, const To& to) {
  constexpr index_t edge = 32;  // squares that stay in the L1 cache
  for (index_t j = 0; j < cols; j += edge) {
    for (index_t i = 0; i < rows; i += edge) {
      for (index_t k = i; k < std::min(i + edge, rows); ++k) {
        for (index_t l = j; l < std::min(j + edge, cols); ++l) to(k)[l] = from(l)[k];
      }
    }
  }
}

// The kernel values between two classes: K(first, second), and K(second, first) by transposing. A
// thread uses the memory for one pair after the other.
struct Between {
  Block below, above;

  template <class T>
  void compute(const GramOperator<T>& K, Range first, Range second, bool keep_exact, Poll poll) {
    below.compute(K, first, second, keep_exact, poll);
    if (!below.exact.is_empty()) {
      above.exact.set_size(second.size(), first.size());
      transpose(
          first.size(), second.size(), [&](index_t j) { return below.exact.colptr(j); },
          [&](index_t j) { return above.exact.colptr(j); });
      above.floats.copy(above.exact);
    } else {
      above.floats.reserve(second.size(), first.size());
      transpose(
          first.size(), second.size(), [&](index_t j) { return below.floats.column(j); },
          [&](index_t j) { return above.floats.column(j); });
    }
  }
};

StoredColumns stored_columns(const Block& first, const Block& second, const Between& between,
                             const Col<double>& diagonal, const SvmDual& dual) {
  StoredColumns out;
  out.diagonal.set_size(dual.size());
  const auto add = [&](const Block& with_first, const Block& with_second, Range rows) {
    for (index_t i = 0; i < rows.size(); ++i) {
      out.diagonal(out.float_column[0].size()) = diagonal(rows.begin + i);
      out.float_column[0].push_back(with_first.floats.column(i));
      out.float_column[1].push_back(with_second.floats.column(i));
      if (first.exact.is_empty()) continue;
      out.column[0].push_back(with_first.exact.colptr(i));
      out.column[1].push_back(with_second.exact.colptr(i));
    }
  };
  add(first, between.above, dual.rows[0]);
  add(between.below, second, dual.rows[1]);
  return out;
}

}  // namespace

template <class T>
std::vector<PairSolution> train_pairs(const GramOperator<T>& K, const ClassOrder& order,
                                      const std::vector<ClassPair>& pairs,
                                      const SvcOptions& options, const Starts& starts) {
  const auto rows_of = [&](index_t p) {
    return order.of_class[pairs[p].first].size() + order.of_class[pairs[p].second].size();
  };
  // The largest first, so that the last ones to end are short.
  std::vector<index_t> by_size(pairs.size());
  std::iota(by_size.begin(), by_size.end(), index_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](index_t a, index_t b) { return rows_of(a) > rows_of(b); });
  const index_t most = rows_of(by_size.front());
  std::size_t values = 2 * most * most / 4 * team_size(pairs.size(), options.threads);
  for (const Range range : order.of_class) values += range.size() * range.size();
  const bool share = pairs.size() > 1 && most <= large_pair &&
                     values * sizeof(float) <= resolve_memory_budget(options.memory_budget);
  // Asked here first: of pairs side by side, those on other threads may be ahead of the callback.
  Watch watch(options);
  watch.ask({.stage = "smo", .criterion = 2, .target = options.tolerance}, 0);  // beta = 0: F = y
  bool stored = share && !watch.stopped();
  const bool exact = most <= exact_pair &&
                     3 * values * sizeof(float) <= resolve_memory_budget(options.memory_budget);
  // What the pairs share: the kernel values within each class. Those between two classes belong to
  // one pair. Nothing is computed twice.
  std::vector<Block> within(stored ? order.of_class.size() : 0);
  try {
    for (index_t c = 0; c < within.size(); ++c) {
      within[c].compute(K, order.of_class[c], order.of_class[c], exact, [&] { watch.poll(0); });
    }
  } catch (const Watch::Ended&) {
    stored = false;
  }
  const Col<double> diagonal =
      stored ? arma::conv_to<Col<double>>::from(K.diagonal()) : Col<double>();
  std::vector<Between> between(team_size(pairs.size(), options.threads));
  std::vector<PairSolution> solutions(pairs.size());
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
      Between& own = between[static_cast<std::size_t>(worker)];
      bool ended = false;
      try {
        own.compute(K, dual.rows[0], dual.rows[1], exact, [&] { watch.poll(worker); });
      } catch (const Watch::Ended&) {
        ended = true;
      }
      if (!ended) {
        const StoredColumns columns =
            stored_columns(within[pairs[p].first], within[pairs[p].second], own, diagonal, dual);
        solutions[p] = finished(solve_svm(K, dual, pair_options, &columns), options);
        return;
      }
    }
    const std::vector<index_t> places = pair_places(order, pairs[p]);
    dual.rows = of_pair;
    try {
      solutions[p] = finished(solve_svm(*K.submatrix(places, places), dual, pair_options), options);
    } catch (const NonFiniteError& error) {  // it counts the rows of the pair
      throw NonFiniteError("solve_svm", "K", places[error.row()], places[error.column()],
                           error.value());
    }
  };

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

template std::vector<PairSolution> train_pairs(const GramOperator<double>&, const ClassOrder&,
                                               const std::vector<ClassPair>&, const SvcOptions&,
                                               const Starts&);
template std::vector<PairSolution> train_pairs(const GramOperator<float>&, const ClassOrder&,
                                               const std::vector<ClassPair>&, const SvcOptions&,
                                               const Starts&);

}  // namespace mercer
