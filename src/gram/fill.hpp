// Filling matrices from a bound kernel, tile by tile.
#pragma once

#include <span>
#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/scratch.hpp"
#include "mercer/kernel/kernel.hpp"
#include "tile/store.hpp"

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

/// The tiles of fill_half of several kernels that were bound to the same points with a pool, see
/// sharing(): a tile of each kernel, one after the other, so that what they have in common, such as
/// distances, is computed once. use(k, r, c, tile, scratch) has the k-th kernel's.
template <class T>
void fill_halves(std::span<const std::unique_ptr<BoundKernel<T>>> kernels, index_t n, int threads,
                 FunctionRef<void(index_t, index_t, index_t, Tile<T>, Scratch&)> use,
                 Poll poll = no_poll);

/// Puts the tile (r, c) of a half, rounded if Out is float, and its mirror image into out, whose
/// columns are `stride` apart.
template <class T, class Out>
void store_both(Tile<T> tile, index_t r, index_t c, Out* out, index_t stride, Store how,
                Scratch& scratch);

/// out = K(X, X), n x n, from the tiles on and above the diagonal. The memory may be fresh.
template <class T>
void fill_symmetric(const BoundKernel<T>& kernel, index_t n, T* out, int threads,
                    Poll poll = no_poll);

}  // namespace mercer
