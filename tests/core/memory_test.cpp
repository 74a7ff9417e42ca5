#include "mercer/core/memory.hpp"

#include <sys/mman.h>

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

namespace {

constexpr std::size_t huge_page = std::size_t{1} << 21;

// Memory that nobody has touched, at the begin of a huge page.
class Untouched {
 public:
  explicit Untouched(std::size_t bytes)
      : bytes_(bytes + huge_page),
        memory_(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    REQUIRE(memory_ != MAP_FAILED);
  }
  Untouched(const Untouched&) = delete;
  ~Untouched() { munmap(memory_, bytes_); }

  char* data() const {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_);
    return static_cast<char*>(memory_) + (huge_page - address % huge_page) % huge_page;
  }
  // The bytes in memory among [begin, end), both at a page of 4 KiB.
  std::size_t resident(std::size_t begin, std::size_t end) const {
    constexpr std::size_t page = 4096;
    std::vector<unsigned char> states((end - begin) / page);
    REQUIRE(mincore(data() + begin, end - begin, states.data()) == 0);
    return page * static_cast<std::size_t>(std::count_if(states.begin(), states.end(),
                                                         [](unsigned char s) { return s & 1; }));
  }

 private:
  std::size_t bytes_;
  void* memory_;
};

bool system_gives_pages() {
#ifdef MADV_POPULATE_WRITE
  const Untouched memory(huge_page);
  return madvise(memory.data(), huge_page, MADV_POPULATE_WRITE) == 0;
#else
  return false;
#endif
}

}  // namespace

TEST_CASE("huge pages are counted from the one that the memory begins in", "[core]") {
  const Untouched memory(10 * huge_page);
  REQUIRE(HugePages(nullptr, 0).count() == 0);
  REQUIRE(HugePages(memory.data(), 4 * huge_page - 1).count() == 0);  // not worth a team
  REQUIRE(HugePages(memory.data(), 4 * huge_page).count() == 4);
  REQUIRE(HugePages(memory.data() + 1, 4 * huge_page).count() == 5);
  const HugePages pages(memory.data() + 100, 5 * huge_page);
  REQUIRE(pages.count() == 6);
  REQUIRE(pages.offset(0) == 0);
  REQUIRE(pages.offset(1) == huge_page - 100);
  REQUIRE(pages.offset(5) == 5 * huge_page - 100);
}

TEST_CASE("a page that is taken is there, and no other", "[core]") {
  if (!system_gives_pages()) {
    WARN("skipped: needs Linux 5.14");
    return;
  }
  const Untouched memory(8 * huge_page);
  const HugePages pages(memory.data(), 8 * huge_page);
  pages.take(3);
  REQUIRE(memory.resident(0, 3 * huge_page) == 0);
  REQUIRE(memory.resident(3 * huge_page, 4 * huge_page) == huge_page);
  REQUIRE(memory.resident(4 * huge_page, 8 * huge_page) == 0);
  take_pages(memory.data() + 64, 7 * huge_page, 2);
  REQUIRE(memory.resident(0, 7 * huge_page + 4096) == 7 * huge_page + 4096);
}

TEST_CASE("taking pages keeps what the memory holds", "[core]") {
  std::vector<char> memory(9 * huge_page, 'x');
  for (const int threads : {1, 2}) {
    for (const std::size_t begin : {std::size_t{0}, std::size_t{5}, huge_page - 1}) {
      take_pages(memory.data() + begin, 8 * huge_page, threads);
    }
  }
  REQUIRE(std::count(memory.begin(), memory.end(), 'x') == static_cast<long>(memory.size()));
  take_pages(nullptr, 0, 1);
}
