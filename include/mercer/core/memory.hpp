// How much memory there is, and what is allowed.
#pragma once

#include <cstddef>
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

/// Makes the system give [data, data + bytes) its pages now, each touched by one thread; what the
/// memory holds is lost. Two threads that touch a fresh huge page at the same time both clear one:
/// filling 512 MB took 0.008 s longer that way.
void take_pages(void* data, std::size_t bytes, int threads);

}  // namespace mercer
