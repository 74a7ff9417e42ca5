#include "mercer/core/memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>

#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

std::size_t resolve_memory_budget(std::size_t budget) {
  if (budget > 0) return budget;
  const auto pages = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES));
  const auto page_size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return pages / 4 * 3 * page_size;
}

std::string bytes_text(std::size_t bytes) {
  constexpr const char* units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return std::to_string(bytes) + " bytes";
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.995 && unit + 1 < std::size(units); ++unit) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %s", value, units[unit]);
  return text;
}

void require_budget(const char* where, const std::string& what, std::size_t bytes,
                    std::size_t budget) {
  const std::size_t allowed = resolve_memory_budget(budget);
  if (bytes <= allowed) return;
  throw BudgetError(std::string(where) + ": " + what + " need " + bytes_text(bytes) +
                    ", the budget is " + bytes_text(allowed));
}

namespace {
constexpr std::uintptr_t huge_page = std::uintptr_t{1} << 21;
}

void prefer_huge_pages(void* data, std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t page = huge_page;
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t last = (begin + bytes) / page * page;
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#else
  static_cast<void>(data), static_cast<void>(bytes);
#endif
}

void take_pages(void* data, std::size_t bytes, int threads) {
  prefer_huge_pages(data, bytes);
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t first = begin / huge_page;
  const std::uintptr_t last = (begin + bytes + huge_page - 1) / huge_page;
  if (last - first < 4) return;  // not worth a team
  parallel_for(last - first, threads, [&](index_t page, int) {
    const std::uintptr_t address = std::max(begin, (first + std::uintptr_t{page}) * huge_page);
    *reinterpret_cast<volatile char*>(address) = 0;
  });
}

}  // namespace mercer
