#include "cli/cost.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/solver/cholesky.hpp"

namespace mercer::cli {
namespace {

// The best of runs until `seconds` are over, at least two: the first one wakes threads and memory.
template <class Run>
double best_of(double seconds, Run run) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  const auto start = Clock::now();
  double best = std::numeric_limits<double>::infinity();
  for (int runs = 0; runs < 2 || since(start) < seconds; ++runs) {
    const auto begin = Clock::now();
    run();
    best = std::min(best, since(begin));
  }
  return best;
}

double kernel_values_per_second(const Kernel& kernel, const Mat<double>& X, int threads) {
  const index_t n = std::min<index_t>(X.n_cols, 1024);
  const Mat<double> points = X.head_cols(n);
  Mat<double> K;
  const double seconds = best_of(0.05, [&] { gram_into(K, kernel, points, {.threads = threads}); });
  return static_cast<double>(n * (n + 1)) / 2 / seconds;
}

double flops_per_second(int threads) {
  constexpr index_t n = 1536;  // 1.2e9 flops
  const double seconds = best_of(0.08, [&] {
    SymmetricTiles<double> A(n);
    std::fill_n(A.data(), A.bytes() / sizeof(double), 0.0);
    for (index_t i = 0; i < n; ++i) A.at(i, i) = 1;
    const CholeskyFactor<double> factor(std::move(A), {.threads = threads});
  });
  return static_cast<double>(n) * n * n / 3 / seconds;
}

double bytes_per_second(int threads) {
  constexpr index_t blocks = 64, block = index_t{1} << 18;  // 64 MB in all, more than caches hold
  const Col<float> values(blocks * block, arma::fill::ones);
  Col<double> sums(blocks);
  const double seconds = best_of(0.03, [&] {
    parallel_for(blocks, threads, [&](index_t k, int) {
      sums(k) = static_cast<double>(arma::accu(values.subvec(k * block, arma::size(block, 1))));
    });
  });
  return static_cast<double>(blocks * block * sizeof(float)) / seconds;
}

double number(index_t value) { return static_cast<double>(value); }

}  // namespace

Speed measure(const Kernel& kernel, const Mat<double>& X, int threads) {
  return {kernel_values_per_second(kernel, X, threads), flops_per_second(threads),
          bytes_per_second(threads)};
}

Seconds ridge_seconds(const RidgePlan& plan, index_t rows, index_t outputs, const Speed& speed) {
  const double n = number(rows), rank = number(plan.rank), t = number(outputs);
  const double values = 1.5 * n * n / speed.kernel_values;
  const double factor = n * n * n / 3 / speed.flops;
  const double product = (plan.route == Route::tiled ? (plan.in_float ? 2 : 4) * n * n / speed.bytes
                                                     : n * n / 2 / speed.kernel_values) +
                         2 * n * n * t / speed.flops;
  switch (plan.method) {
    case RidgeMethod::mixed_cholesky:
      return {factor / 2 + values + 3 * product, factor / 2 + values + 10 * product};
    case RidgeMethod::conjugate_gradient: {
      const double begin =
          2 * n * rank * rank / speed.flops + values + n * rank / speed.kernel_values;
      const double iteration = product + 8 * n * rank / speed.bytes;
      return {begin + 30 * iteration, begin + 150 * iteration};
    }
    case RidgeMethod::nystrom: {
      const double sums = (n * rank * rank + 4 * rank * rank * rank / 3) / speed.flops +
                          2 * n * rank / speed.kernel_values;
      return {sums, sums};
    }
    default:
      return {factor + values, factor + values};
  }
}

Seconds gaussian_seconds(bool is_classifier, bool optimise, index_t restarts, index_t problems,
                         index_t rows, const Speed& speed) {
  const double n = number(rows);
  const double factor = n * n * n / 3 / speed.flops;
  const double values = 1.5 * n * n / speed.kernel_values;
  const double evaluation = 3 * factor + 2 * values;
  const double starts = number(restarts + 1);
  const double fewest = optimise ? 15 * starts * evaluation : 0;
  const double most = optimise ? 60 * starts * evaluation : 0;
  if (!is_classifier) return {fewest + factor + values, most + factor + values};
  const double searched = optimise ? starts : 0;
  return {number(problems) * (fewest + (1 + 15 * searched) * 5 * factor + values),
          number(problems) * (most + (1 + 60 * searched) * 10 * factor + values)};
}

Seconds machine_seconds(const Machines& machines, const Speed& speed) {
  const double rows = number(machines.rows);
  const double values = number(machines.problems) * rows * rows / 2 / speed.kernel_values;
  return {0.5 * values, 8 * values};
}

MachinePlan machine_plan(const Machines& machines, int threads, std::size_t budget) {
  constexpr index_t all_at_once = 6144, few_features = 32;
  constexpr std::size_t block_bytes = 64'000'000;
  const std::size_t allowed = resolve_memory_budget(budget);
  const index_t rows = machines.most_rows;
  require_budget("plan", "two columns of " + std::to_string(rows) + " kernel values", 8 * rows,
                 allowed);
  if (machines.problems > 1 && machines.class_squares > 0) {
    // Pairs of up to 16384 rows share what is within a class; of up to 4096 in double, too.
    const std::size_t shared =
        4 * (rows * rows / 2 * team_size(machines.problems, threads) + machines.class_squares);
    if (rows <= 4096 && 3 * shared <= allowed) return {"smo", 3 * shared};
    if (rows <= 16384 && shared <= allowed) return {"smo", shared};
  }
  const std::size_t all = 4 * rows * rows;
  if (rows * machines.variables_per_row <= all_at_once && all <= allowed) return {"smo", all};
  if (machines.features <= few_features) {
    return {"smo in computed blocks", std::min(block_bytes, allowed)};
  }
  return {"smo in blocks", std::min(all, allowed)};
}

}  // namespace mercer::cli
