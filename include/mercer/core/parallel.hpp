// The one door to threads.
#pragma once

#include "mercer/core/function_ref.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// The threads for an option: threads if positive, omp_get_max_threads() if 0.
/// Throws std::invalid_argument "<where>: threads must be at least 0 (0: all), is -1".
int resolve_threads(int threads, const char* where = "parallel_for");

/// The workers that parallel_for(count, threads, ...) takes: no more than items, at least 1.
std::size_t team_size(index_t count, int threads);

/// Calls body(item, worker) once for each item in [0, count), worker in [0,
/// resolve_threads(threads)).
///
/// Items are handed out in increasing order, to whichever worker is free; results are the same bits
/// for any number of threads as long as every output belongs to one item. BLAS called from body is
/// serial, also when the team has one thread. The exception of the lowest item that threw is
/// rethrown on the caller's thread; items not yet started are then skipped.
void parallel_for(index_t count, int threads, FunctionRef<void(index_t item, int worker)> body);

/// As above; worker 0, the caller's thread, calls poll before each of its items.
void parallel_for(index_t count, int threads, Poll poll,
                  FunctionRef<void(index_t item, int worker)> body);

}  // namespace mercer
