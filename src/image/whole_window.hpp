// A window from its half, with the checks that stand at the public doors.
#pragma once

#include "mercer/core/types.hpp"
#include "mercer/image/gaussian_window.hpp"

namespace mercer::detail {

/// What messages call the public function and its arguments.
struct WindowDoor {
  const char* where;
  const char* size;
  const char* width;  // sigma or nsig
};

Col<double> whole_window(const WindowDoor& door, index_t size, double sigma,
                         Discretisation discretisation, const WindowOptions& options);

/// For a standard deviation of size / (2 nsig) cells, rounded to long double only.
Col<double> whole_nsig_window(const WindowDoor& door, index_t size, double nsig,
                              const WindowOptions& options);

/// Throws BudgetError if rows x cols weights exceed three quarters of the machine's memory.
void require_kernel_memory(const char* where, index_t rows, index_t cols);

}  // namespace mercer::detail
