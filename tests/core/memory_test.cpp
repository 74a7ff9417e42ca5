#include "mercer/core/memory.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "mercer/core/errors.hpp"
#include "support/catch.hpp"

using namespace mercer;

TEST_CASE("bytes are told in powers of ten", "[core]") {
  REQUIRE(bytes_text(0) == "0 bytes");
  REQUIRE(bytes_text(999) == "999 bytes");
  REQUIRE(bytes_text(1000) == "1.00 kB");
  REQUIRE(bytes_text(999994) == "999.99 kB");
  REQUIRE(bytes_text(999995) == "1.00 MB");
  REQUIRE(bytes_text(3200000000) == "3.20 GB");
  REQUIRE(bytes_text(std::numeric_limits<std::size_t>::max()) == "18.45 EB");
}

TEST_CASE("a budget of 0 is a part of the machine's memory", "[core]") {
  REQUIRE(resolve_memory_budget(12345) == 12345);
  REQUIRE(resolve_memory_budget(0) > (std::size_t{1} << 26));  // 64 MiB: no machine has less
}

TEST_CASE("what exceeds the budget is refused with both numbers", "[core]") {
  REQUIRE_NOTHROW(require_budget("f", "the values", 1000, 1000));
  REQUIRE_THROWS_AS(require_budget("f", "the values", 1001, 1000), BudgetError);
  REQUIRE_THROWS_WITH(require_budget("f", "the values", 3200000000, 1000000000),
                      "f: the values need 3.20 GB, the budget is 1.00 GB");
}

TEST_CASE("the hint of huge pages leaves the content alone", "[core]") {
  std::vector<char> data(std::size_t{5} << 20, 'x');
  prefer_huge_pages(data.data(), data.size());
  prefer_huge_pages(data.data(), 10);  // less than one page
  prefer_huge_pages(nullptr, 0);
  REQUIRE(std::vector<char>(std::size_t{5} << 20, 'x') == data);
}

TEST_CASE("taking pages touches all of them and no byte outside of the range", "[core]") {
  constexpr std::size_t page = std::size_t{1} << 21;
  constexpr std::size_t all = 8 * page;
  std::vector<char> memory(all + page);
  const std::size_t misplaced = reinterpret_cast<std::uintptr_t>(memory.data()) % page;
  char* data = memory.data() + (page - misplaced) % page;  // at the begin of a huge page
  struct Part {
    std::size_t begin, end;
  };
  for (const auto& [begin, end] : std::vector<Part>{{0, 0},
                                                    {page, page},
                                                    {5, 6},
                                                    {page - 1, page + 1},
                                                    {page, 3 * page},
                                                    {page, 5 * page},
                                                    {page + 1, 5 * page + 1},
                                                    {2 * page - 1, 7 * page - 1},
                                                    {page + 64, all - 64},
                                                    {0, all}}) {
    for (const int threads : {1, 2}) {
      CAPTURE(begin, end, threads);
      std::fill_n(data, all, 'x');
      take_pages(data + begin, end - begin, threads);
      const auto touched = [](char c) { return c != 'x'; };
      REQUIRE(std::none_of(data, data + begin, touched));
      REQUIRE(std::none_of(data + end, data + all, touched));
      if (end - begin < 4 * page) continue;  // may be left to those who fill it
      for (std::size_t first = begin / page * page; first < end; first += page) {
        REQUIRE(std::any_of(data + first, data + first + page, touched));
      }
    }
  }
  take_pages(nullptr, 0, 1);
}
