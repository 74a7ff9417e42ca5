// Filling matrices from a bound kernel, tile by tile.
#pragma once

#include <vector>

#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// out(i, j) = k(x_{rows.begin + i}, y_{cols.begin + j}) for two ranges of any size.
template <class T>
void fill_matrix(const BoundKernel<T>& kernel, Range rows, Range cols, Tile<T> out, int threads);

/// out = K(X, X), n x n, from the tiles on and above the diagonal.
template <class T>
void fill_symmetric(const BoundKernel<T>& kernel, index_t n, T* out, int threads);

}  // namespace mercer
