#include "mercer/gram/memory_plan.hpp"

#include <limits>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {
namespace {

constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();

std::size_t times(std::size_t a, std::size_t b) {
  std::size_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? largest : product;
}
std::size_t plus(std::size_t a, std::size_t b) { return a > largest - b ? largest : a + b; }

template <class T>
MemoryPlan plan(index_t n, index_t m, index_t d, bool symmetric, const GramOptions& options) {
  MemoryPlan plan;
  plan.budget = resolve_memory_budget(options.memory_budget);
  // Points are packed in double, or in T where that is smaller; see statistic_pool.cpp.
  const std::size_t points = symmetric ? n : plus(n, m);
  plan.matrix_free = times(points, times(d, sizeof(double)));
  const std::size_t values = times(n, m);
  plan.dense = plus(times(values, sizeof(T)), plan.matrix_free);
  plan.tiled = plan.dense;
  if (symmetric) {
    // The tiles on and above the diagonal, those at the end padded to their full size.
    const std::size_t tiles = n / tile_edge + (n % tile_edge != 0);
    const std::size_t half = values == largest ? largest : tiles * (tiles + 1) / 2;
    plan.tiled = plus(times(half, tile_edge * tile_edge * sizeof(T)), plan.matrix_free);
  }
  plan.route = plan.dense <= plan.budget   ? Route::dense
               : plan.tiled <= plan.budget ? Route::tiled
                                           : Route::matrix_free;
  return plan;
}

}  // namespace

std::string to_string(Route route) {
  switch (route) {
    case Route::dense:
      return "dense";
    case Route::tiled:
      return "tiled";
    case Route::matrix_free:
      return "matrix-free";
  }
  return "";
}

std::size_t MemoryPlan::bytes() const {
  return route == Route::dense ? dense : route == Route::tiled ? tiled : matrix_free;
}

std::string MemoryPlan::text() const {
  std::string text = "dense " + bytes_text(dense);
  if (tiled < dense) text += ", tiled " + bytes_text(tiled);
  return text + ", matrix-free " + bytes_text(matrix_free) + "; with a budget of " +
         bytes_text(budget) + ": " + to_string(route);
}

template <class T>
MemoryPlan memory_plan(index_t n, index_t d, const GramOptions& options) {
  return plan<T>(n, n, d, true, options);
}

template <class T>
MemoryPlan memory_plan(index_t n, index_t m, index_t d, const GramOptions& options) {
  return plan<T>(n, m, d, false, options);
}

void require_dense(const char* where, index_t n, index_t m, const MemoryPlan& plan) {
  if (plan.dense <= plan.budget) return;
  throw BudgetError(where, "the " + std::to_string(n) + " x " + std::to_string(m) +
                               " kernel values do not fit the budget: " + plan.text());
}

template MemoryPlan memory_plan<double>(index_t, index_t, const GramOptions&);
template MemoryPlan memory_plan<float>(index_t, index_t, const GramOptions&);
template MemoryPlan memory_plan<double>(index_t, index_t, index_t, const GramOptions&);
template MemoryPlan memory_plan<float>(index_t, index_t, index_t, const GramOptions&);

}  // namespace mercer
