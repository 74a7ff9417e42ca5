// Filling matrices from a bound kernel, tile by tile.
#pragma once

#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// out(i, j) = k(x_{rows.begin + i}, y_{cols.begin + j}) for two ranges of any size.
template <class T>
void fill_matrix(const BoundKernel<T>& kernel, Range rows, Range cols, Tile<T> out, int threads);

/// Computes the tiles (r, c), r <= c, of K(X, X) and hands each to use(r, c, tile, scratch), on
/// the thread that computed it and while it is in cache. Tiles on the diagonal are whole.
template <class T>
void fill_half(const BoundKernel<T>& kernel, index_t n, int threads,
               FunctionRef<void(index_t, index_t, Tile<T>, Scratch&)> use);

/// out = K(X, X), n x n, from the tiles on and above the diagonal.
template <class T>
void fill_symmetric(const BoundKernel<T>& kernel, index_t n, T* out, int threads);

}  // namespace mercer
