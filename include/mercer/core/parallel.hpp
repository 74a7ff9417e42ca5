// The one door to threads.
#pragma once

#include "mercer/core/function_ref.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// The team size for an option: threads if positive, omp_get_max_threads() if 0.
/// Throws std::invalid_argument if negative.
int resolve_threads(int threads);

/// Calls body(item, worker) once for each item in [0, count), worker in [0,
/// resolve_threads(threads)).
///
/// Items are handed out in increasing order, to whichever worker is free; results are the same bits
/// for any number of threads as long as every output belongs to one item. BLAS called from body is
/// serial, also when the team has one thread. The exception of the lowest item that threw is
/// rethrown on the caller's thread; items not yet started are then skipped.
void parallel_for(index_t count, int threads, FunctionRef<void(index_t item, int worker)> body);

}  // namespace mercer
