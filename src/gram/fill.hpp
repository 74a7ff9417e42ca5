// Filling matrices from a bound kernel, tile by tile.
#pragma once

#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/scratch.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// In all of these, poll is called between tiles and may throw to end the work.

/// out(i, j) = k(x_{rows.begin + i}, y_{cols.begin + j}) for two ranges of any size. The memory may
/// be fresh.
template <class T>
void fill_matrix(const BoundKernel<T>& kernel, Range rows, Range cols, Tile<T> out, int threads,
                 Poll poll = no_poll);

/// Computes the tiles (r, c), r <= c, of K(X, X) and hands each to use(r, c, tile, scratch), on
/// the thread that computed it and while it is in cache. Tiles on the diagonal are whole. `pages`
/// are those of the memory that the tiles go to, those of tile column c until the byte end(c): they
/// are taken shortly before.
template <class T>
void fill_half(const BoundKernel<T>& kernel, index_t n, const HugePages& pages,
               FunctionRef<std::size_t(index_t)> end, int threads,
               FunctionRef<void(index_t, index_t, Tile<T>, Scratch&)> use, Poll poll = no_poll);

/// out = K(X, X), n x n, from the tiles on and above the diagonal. The memory may be fresh.
template <class T>
void fill_symmetric(const BoundKernel<T>& kernel, index_t n, T* out, int threads,
                    Poll poll = no_poll);

}  // namespace mercer
