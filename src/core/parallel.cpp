// The only file with an OpenMP region: the rules that keep results independent of the thread count
// (one owner per output, serial BLAS inside) are kept here once.
#include "mercer/core/parallel.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <string>

// The thread sanitizer does not see the barriers of an uninstrumented OpenMP runtime; these two
// calls tell it that everything before the region happens before the bodies, and the bodies before
// everything after.
#if defined(__SANITIZE_THREAD__)
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#define MERCER_HAPPENS_BEFORE(address) __tsan_release(address)
#define MERCER_HAPPENS_AFTER(address) __tsan_acquire(address)
#else
#define MERCER_HAPPENS_BEFORE(address) static_cast<void>(address)
#define MERCER_HAPPENS_AFTER(address) static_cast<void>(address)
#endif

namespace mercer {

int resolve_threads(int threads, const char* where) {
  if (threads < 0) {
    throw std::invalid_argument(std::string(where) + ": threads must be at least 0 (0: all), is " +
                                std::to_string(threads));
  }
  return threads > 0 ? threads : omp_get_max_threads();
}

std::size_t team_size(index_t count, int threads) {
  return std::clamp<std::size_t>(count, 1, static_cast<std::size_t>(resolve_threads(threads)));
}

void parallel_for(index_t count, int threads, FunctionRef<void(index_t, int)> body) {
  if (count == 0) return;
  const int team = static_cast<int>(team_size(count, threads));

  std::atomic<index_t> next = 0;
  std::mutex error_mutex;
  std::exception_ptr error;
  index_t error_item = std::numeric_limits<index_t>::max();
  char region = 0;

  MERCER_HAPPENS_BEFORE(&region);
#pragma omp parallel num_threads(team)
  {
    MERCER_HAPPENS_AFTER(&region);
    // OpenBLAS counts omp_get_max_threads(): 1 makes it serial, in a team of one as well.
    omp_set_num_threads(1);
    const int worker = omp_get_thread_num();
    for (;;) {
      const index_t item = next.fetch_add(1);
      if (item >= count) break;
      try {
        body(item, worker);
      } catch (...) {
        next.store(count);
        const std::lock_guard lock(error_mutex);
        if (item < error_item) {
          error_item = item;
          error = std::current_exception();
        }
      }
    }
    MERCER_HAPPENS_BEFORE(&region);
  }
  MERCER_HAPPENS_AFTER(&region);
  if (error) std::rethrow_exception(error);
}

void parallel_for(index_t count, int threads, Poll poll, FunctionRef<void(index_t, int)> body) {
  parallel_for(count, threads, [&](index_t item, int worker) {
    if (worker == 0) poll();
    body(item, worker);
  });
}

}  // namespace mercer
