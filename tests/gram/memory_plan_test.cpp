#include "mercer/gram/memory_plan.hpp"

#include <limits>
#include <utility>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace {

constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
constexpr std::size_t tile = 256 * 256;  // values

}  // namespace

TEST_CASE("a plan tells the bytes of every route", "[gram]") {
  const MemoryPlan small = memory_plan<double>(1000, 20);  // 4 x 4 tiles, 10 of one half
  REQUIRE(small.matrix_free == 160000);
  REQUIRE(small.dense == 8000000 + 160000);
  REQUIRE(small.tiled == 10 * tile * 8 + 160000);
  const MemoryPlan in_float = memory_plan<float>(1000, 20);
  REQUIRE(in_float.matrix_free == 160000);  // packed in double at most
  REQUIRE(in_float.dense == 4000000 + 160000);
  REQUIRE(in_float.tiled == 10 * tile * 4 + 160000);
  const MemoryPlan two_sets = memory_plan<double>(1000, 30, 20);
  REQUIRE(two_sets.matrix_free == 1030 * 160);
  REQUIRE(two_sets.dense == 240000 + 1030 * 160);
  REQUIRE(two_sets.tiled == two_sets.dense);
  const MemoryPlan square = memory_plan<float>(1000, 1000, 0);
  REQUIRE(square.dense == 4000000);
  REQUIRE(square.tiled == 4000000);  // two sets: not symmetric
}

TEST_CASE("tiles at the end count whole", "[gram]") {
  for (const auto& [n, tiles] : std::vector<std::pair<index_t, std::size_t>>{
           {0, 0}, {1, 1}, {255, 1}, {256, 1}, {257, 3}, {512, 3}, {513, 6}}) {
    CAPTURE(n);
    REQUIRE(memory_plan<double>(n, 0).tiled == tiles * tile * 8);
    REQUIRE(memory_plan<double>(n, 0).dense == n * n * 8);
    REQUIRE(memory_plan<double>(n, 0).matrix_free == 0);
  }
}

TEST_CASE("sizes that overflow are the largest number, in no case a small one", "[gram]") {
  const index_t n = 2000000000;  // n^2 values fit, their bytes do not; one half of them does
  const MemoryPlan half = memory_plan<double>(n, 0);
  REQUIRE(half.dense == largest);
  REQUIRE(half.tiled == 30517582031250 * tile * 8);
  REQUIRE(half.route == Route::matrix_free);
  const MemoryPlan values = memory_plan<double>(index_t{1} << 32, 1);  // 2^64 values
  REQUIRE(values.dense == largest);
  REQUIRE(values.tiled == largest);
  REQUIRE(values.matrix_free == std::size_t{1} << 35);
  REQUIRE(memory_plan<float>(index_t{3} << 30, 0).tiled == largest);
  REQUIRE(memory_plan<double>(index_t{1} << 40, 0).tiled == largest);  // 2^32 tiles in a row
  for (const MemoryPlan& points :
       {memory_plan<double>(4, index_t{1} << 61), memory_plan<double>(1, index_t{1} << 62),
        memory_plan<float>(largest, 1), memory_plan<double>(1, largest, 1)}) {
    REQUIRE(points.matrix_free == largest);
    REQUIRE(points.dense == largest);
    REQUIRE(points.tiled == largest);
  }
  // Values and points fit, their sum does not.
  const MemoryPlan sum = memory_plan<double>(index_t{1} << 30, index_t{1} << 30);
  REQUIRE(sum.matrix_free == std::size_t{1} << 63);
  REQUIRE(sum.dense == largest);
}

TEST_CASE("the first route that fits the budget is taken, to the byte", "[gram]") {
  const auto route = [](std::size_t budget) {
    const MemoryPlan plan = memory_plan<double>(1000, 20, {.memory_budget = budget});
    REQUIRE(plan.budget == budget);
    REQUIRE(plan.bytes() == (plan.route == Route::dense   ? plan.dense
                             : plan.route == Route::tiled ? plan.tiled
                                                          : plan.matrix_free));
    return plan.route;
  };
  REQUIRE(route(8160000) == Route::dense);
  REQUIRE(route(8159999) == Route::tiled);
  REQUIRE(route(5402880) == Route::tiled);
  REQUIRE(route(5402879) == Route::matrix_free);
  REQUIRE(route(1) == Route::matrix_free);
  // Padded tiles may need more than the whole matrix: then nothing is between.
  REQUIRE(memory_plan<double>(100, 0, {.memory_budget = 80000}).route == Route::dense);
  REQUIRE(memory_plan<double>(100, 0, {.memory_budget = 79999}).route == Route::matrix_free);
  REQUIRE(memory_plan<double>(1000, 1000, 20, {.memory_budget = 8320000}).route == Route::dense);
  REQUIRE(memory_plan<double>(1000, 1000, 20, {.memory_budget = 8319999}).route ==
          Route::matrix_free);
  REQUIRE(memory_plan<double>(10, 1).budget == resolve_memory_budget(0));
}

TEST_CASE("a plan is told in one line, with the tiled route where it helps", "[gram]") {
  REQUIRE(memory_plan<double>(1000, 20, {.memory_budget = 6000000}).text() ==
          "dense 8.16 MB, tiled 5.40 MB, matrix-free 160.00 kB; with a budget of 6.00 MB: tiled");
  REQUIRE(memory_plan<float>(100, 2, {.memory_budget = 41600}).text() ==
          "dense 41.60 kB, matrix-free 1.60 kB; with a budget of 41.60 kB: dense");
  REQUIRE(memory_plan<double>(100, 200, 2, {.memory_budget = 50}).text() ==
          "dense 164.80 kB, matrix-free 4.80 kB; with a budget of 50 bytes: matrix-free");
  REQUIRE(to_string(Route::dense) == "dense");
  REQUIRE(to_string(Route::tiled) == "tiled");
  REQUIRE(to_string(Route::matrix_free) == "matrix-free");
}

TEST_CASE("what does not fit densely is refused with the plan", "[gram]") {
  const MemoryPlan plan = memory_plan<double>(1000, 20, {.memory_budget = 8159999});
  REQUIRE_THROWS_AS(require_dense("f", 1000, 1000, plan), BudgetError);
  REQUIRE_THROWS_WITH(require_dense("f", 1000, 1000, plan),
                      "f: the 1000 x 1000 kernel values do not fit the budget: " + plan.text());
  REQUIRE_NOTHROW(
      require_dense("f", 1000, 1000, memory_plan<double>(1000, 20, {.memory_budget = 8160000})));
}
