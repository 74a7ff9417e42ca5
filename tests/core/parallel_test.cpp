#include "mercer/core/parallel.hpp"

#include <omp.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "support/catch.hpp"

using namespace mercer;

TEST_CASE("parallel_for runs every item once, for any team", "[core]") {
  const int threads = GENERATE(1, 2, 3, 5);
  for (index_t count : {0u, 1u, 4u, 1000u}) {
    std::vector<std::atomic<int>> seen(count);
    parallel_for(count, threads, [&](index_t item, int worker) {
      if (worker < 0 || worker >= threads) throw std::runtime_error("worker out of range");
      ++seen[item];
    });
    for (const auto& times : seen) REQUIRE(times == 1);
  }
}

TEST_CASE("an exception leaves parallel_for on the caller's thread", "[core]") {
  const int threads = GENERATE(1, 2, 4);
  REQUIRE_THROWS_WITH(parallel_for(100, threads,
                                   [](index_t item, int) {
                                     if (item >= 3) throw std::runtime_error("item");
                                   }),
                      "item");
}

TEST_CASE("inside parallel_for nested libraries see one thread, outside nothing changes",
          "[core]") {
  const int before = omp_get_max_threads();
  std::atomic<int> most = 0;
  parallel_for(4, GENERATE(1, 2), [&](index_t, int) {
    if (omp_get_max_threads() > most) most = omp_get_max_threads();
  });
  REQUIRE(most == 1);
  REQUIRE(omp_get_max_threads() == before);
}

TEST_CASE("resolve_threads refuses negative counts", "[core]") {
  REQUIRE(resolve_threads(3) == 3);
  REQUIRE(resolve_threads(0) >= 1);
  REQUIRE_THROWS_WITH(resolve_threads(-1),
                      "parallel_for: threads must be at least 0 (0: all), is -1");
}
