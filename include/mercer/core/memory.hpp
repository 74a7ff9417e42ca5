// How much memory there is, and what is allowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mercer {

/// The budget for an option: budget if positive, three quarters of the machine's memory if 0.
std::size_t resolve_memory_budget(std::size_t budget);

/// "3.20 GB", "512 bytes": powers of ten.
std::string bytes_text(std::size_t bytes);

/// Throws BudgetError "<where>: <what> need 3.20 GB, the budget is 1.00 GB" if bytes > the budget.
void require_budget(const char* where, const std::string& what, std::size_t bytes,
                    std::size_t budget);

/// Asks the system to back [data, data + bytes) with huge pages when it is first touched. A hint:
/// a fresh matrix of 512 MB costs 0.10 s in page faults of 4 KiB each, 0.02 s with it.
void prefer_huge_pages(void* data, std::size_t bytes);

/// Gives the whole pages inside [data, data + bytes) back to the system; what they hold is lost.
/// The memory stays allocated, and where it is written again it takes pages anew.
void give_back_pages(void* data, std::size_t bytes);

/// The huge pages of [data, data + bytes), to be taken from the system one at a time.
///
/// Each by one thread, because two threads that first touch a huge page at the same time both clear
/// one (filling 512 MB took 0.008 s longer that way), and shortly before it is filled, while what
/// the system has cleared is in cache. What the memory holds is kept.
class HugePages {
 public:
  /// Asks for huge pages, see prefer_huge_pages. Less than 8 MiB have none: not worth a team.
  HugePages(void* data, std::size_t bytes);

  std::size_t count() const { return count_; }

  /// Where a page begins, counted from data; 0 for the first one, which may begin before.
  std::size_t offset(std::size_t page) const;

  /// Makes the system give the page now, which needs Linux 5.14; if it cannot, the page comes when
  /// it is first written.
  void take(std::size_t page) const;

 private:
  std::uintptr_t begin_;
  std::uintptr_t end_;
  std::size_t count_;
};

/// Takes all huge pages of [data, data + bytes), by a team of threads.
void take_pages(void* data, std::size_t bytes, int threads);

}  // namespace mercer
