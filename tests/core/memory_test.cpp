#include "mercer/core/memory.hpp"

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
