#include "mercer/core/scratch.hpp"

#include <cstdint>

#include "support/catch.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("scratch gives the same buffer again once it is back", "[core]", float, double) {
  Scratch scratch;
  const TestType* first = nullptr;
  {
    const auto lease = scratch.lease<TestType>(100);
    first = lease.data();
  }
  REQUIRE(scratch.lease<TestType>(100).data() == first);
  REQUIRE(scratch.lease<TestType>(60).data() == first);  // a larger one than needed will do
}

TEMPLATE_TEST_CASE("leases that overlap in time do not overlap in memory", "[core]", float,
                   double) {
  Scratch scratch;
  for (int round = 0; round < 3; ++round) {
    const auto a = scratch.lease<TestType>(50);
    const auto b = scratch.lease<TestType>(50);
    const auto c = scratch.lease<TestType>(200);
    std::fill_n(a.data(), 50, TestType(1));
    std::fill_n(b.data(), 50, TestType(2));
    std::fill_n(c.data(), 200, TestType(3));
    REQUIRE(std::all_of(a.data(), a.data() + 50, [](TestType v) { return v == 1; }));
    REQUIRE(std::all_of(b.data(), b.data() + 50, [](TestType v) { return v == 2; }));
    REQUIRE(std::all_of(c.data(), c.data() + 200, [](TestType v) { return v == 3; }));
  }
}

TEST_CASE("buffers are aligned to a cache line", "[core]") {
  Scratch scratch;
  for (const std::size_t size : {1u, 3u, 17u, 4096u}) {
    const auto lease = scratch.lease<float>(size);
    REQUIRE(reinterpret_cast<std::uintptr_t>(lease.data()) % 64 == 0);
  }
}
