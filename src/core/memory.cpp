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
  throw BudgetError(where,
                    what + " need " + bytes_text(bytes) + ", the budget is " + bytes_text(allowed));
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

void give_back_pages(void* data, std::size_t bytes) {
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t last = (begin + bytes) / page * page;
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

HugePages::HugePages(void* data, std::size_t bytes)
    : begin_(reinterpret_cast<std::uintptr_t>(data)), end_(begin_ + bytes), count_(0) {
  prefer_huge_pages(data, bytes);
  if (bytes >= 4 * huge_page) count_ = (end_ - 1) / huge_page - begin_ / huge_page + 1;
}

std::size_t HugePages::offset(std::size_t page) const {
  return page == 0 ? 0 : (begin_ / huge_page + page) * huge_page - begin_;
}

void HugePages::take(std::size_t page) const {
#ifdef MADV_POPULATE_WRITE
  static const auto small_page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t first = (begin_ + offset(page)) / small_page * small_page;
  const std::uintptr_t end = page + 1 < count_ ? begin_ + offset(page + 1) : end_;
  madvise(reinterpret_cast<void*>(first), end - first, MADV_POPULATE_WRITE);
#else
  static_cast<void>(page);
#endif
}

void take_pages(void* data, std::size_t bytes, int threads) {
  const HugePages pages(data, bytes);
  parallel_for(pages.count(), threads, [&](index_t page, int) { pages.take(page); });
}

}  // namespace mercer
