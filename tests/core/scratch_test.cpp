#include "mercer/core/scratch.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

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

TEST_CASE("no two owners of kept memory have the same number", "[core]") {
  const std::uint64_t first = next_scratch_owner();
  REQUIRE(next_scratch_owner() != first);
  REQUIRE(first != 0);  // which memory without an owner has
}

TEST_CASE("kept memory is 0 at first and then as its owner left it", "[core]") {
  constexpr std::size_t count = 1000;
  {
    Scratch before;  // what malloc may hand out again
    const auto dirty = before.lease<std::uint32_t>(count);
    std::fill_n(dirty.data(), count, 7U);
  }
  Scratch scratch;
  const std::uint64_t owner = next_scratch_owner();
  std::uint32_t* first = scratch.kept<std::uint32_t>(owner, count);
  REQUIRE(reinterpret_cast<std::uintptr_t>(first) % 64 == 0);
  REQUIRE(std::all_of(first, first + count, [](std::uint32_t v) { return v == 0; }));
  std::fill_n(first, count, 9U);
  for (int other = 0; other < 100; ++other) {  // others come, and leases, and go
    std::uint32_t* theirs = scratch.kept<std::uint32_t>(next_scratch_owner(), 10);
    REQUIRE(std::all_of(theirs, theirs + 10, [](std::uint32_t v) { return v == 0; }));
    std::fill_n(theirs, 10, 8U);
    const auto lease = scratch.lease<std::uint32_t>(count);
    std::fill_n(lease.data(), count, 8U);
  }
  REQUIRE(scratch.kept<std::uint32_t>(owner, count) == first);
  REQUIRE(std::all_of(first, first + count, [](std::uint32_t v) { return v == 9; }));
  Scratch another;  // of another thread
  REQUIRE(*another.kept<std::uint32_t>(owner, count) == 0);
  REQUIRE(scratch.kept<double>(next_scratch_owner(), 0) != nullptr);
}

TEST_CASE("a remembered block is made once for its owner", "[core]") {
  Scratch scratch;
  const std::uint64_t a = next_scratch_owner();
  const std::uint64_t b = next_scratch_owner();
  int made = 0;
  const auto get = [&](std::uint64_t owner, Range rows, Range cols) {
    const double* block =
        scratch.remembered(owner, rows, cols, rows.size() * cols.size(), [&](double* out) {
          ++made;
          for (index_t j = 0; j < cols.size(); ++j) {
            for (index_t i = 0; i < rows.size(); ++i) {
              *out++ = 1e6 * double(owner) + 1e3 * double(rows.begin + i) + double(cols.begin + j);
            }
          }
        });
    for (index_t j = 0; j < cols.size(); ++j) {
      for (index_t i = 0; i < rows.size(); ++i) {
        REQUIRE(block[i + j * rows.size()] ==
                1e6 * double(owner) + 1e3 * double(rows.begin + i) + double(cols.begin + j));
      }
    }
    return made;
  };
  REQUIRE(get(a, {0, 4}, {0, 3}) == 1);
  REQUIRE(get(a, {0, 4}, {0, 3}) == 1);
  REQUIRE(get(b, {0, 4}, {0, 3}) == 2);  // another owner
  REQUIRE(get(a, {0, 4}, {0, 3}) == 2);
  REQUIRE(get(a, {4, 8}, {0, 3}) == 3);  // other rows, other columns, both of the same size
  REQUIRE(get(a, {4, 8}, {3, 6}) == 4);
  REQUIRE(get(a, {4, 8}, {3, 6}) == 4);
  REQUIRE(get(a, {0, 4}, {0, 3}) == 5);  // only the last one is remembered
  REQUIRE(get(a, {0, 3}, {0, 4}) == 6);
  REQUIRE(get(a, {0, 60}, {0, 50}) == 7);  // a larger one
  REQUIRE(get(a, {0, 60}, {0, 51}) == 8);
  REQUIRE(get(a, {0, 2}, {0, 2}) == 9);  // in the memory of a larger one
  REQUIRE(get(a, {0, 0}, {0, 2}) == 10);
  REQUIRE(get(b, {0, 4}, {0, 3}) == 10);
}

TEST_CASE("a block whose making fails is not remembered, nor is the one before", "[core]") {
  Scratch scratch;
  const std::uint64_t owner = next_scratch_owner();
  const auto ones = [](double* out) { out[0] = out[1] = 1; };
  const auto fail = [](double* out) {
    out[0] = 5;
    throw std::runtime_error("half-way");
  };
  const auto twos = [](double* out) { out[0] = out[1] = 2; };
  REQUIRE(scratch.remembered(owner, {0, 2}, {0, 1}, 2, ones)[0] == 1);
  REQUIRE_THROWS_AS(scratch.remembered(owner, {2, 4}, {0, 1}, 2, fail), std::runtime_error);
  REQUIRE(scratch.remembered(owner, {2, 4}, {0, 1}, 2, twos)[0] == 2);
  REQUIRE_THROWS_AS(scratch.remembered(owner, {0, 2}, {0, 1}, 2, fail), std::runtime_error);
  REQUIRE(scratch.remembered(owner, {2, 4}, {0, 1}, 2, ones)[0] == 1);
}

TEST_CASE("the making of a block may ask for other blocks and memory", "[core]") {
  Scratch scratch;
  const std::uint64_t outer = next_scratch_owner();
  const std::uint64_t inner = next_scratch_owner();
  int made = 0;
  const auto get = [&](Range rows) {
    return scratch.remembered(outer, rows, {0, 1}, 2, [&](double* out) {
      for (int other = 0; other < 50; ++other) scratch.kept<double>(next_scratch_owner(), 4);
      const double* below = scratch.remembered(inner, rows, {0, 1}, 2, [&](double* values) {
        ++made;
        values[0] = double(rows.begin);
      });
      out[0] = 10 + below[0];
    });
  };
  REQUIRE(get({3, 4})[0] == 13);
  REQUIRE(get({3, 4})[0] == 13);
  REQUIRE(made == 1);
  REQUIRE(get({5, 6})[0] == 15);
  REQUIRE(scratch.remembered(inner, {5, 6}, {0, 1}, 2, [](double*) { FAIL("is there"); })[0] == 5);
}
