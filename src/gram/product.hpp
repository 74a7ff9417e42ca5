// Products of kernel matrices, stored or not.
#pragma once

#include <span>

#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/tile/symmetric_tiles.hpp"

namespace mercer {

/// out = K V:  K is n x m, V m x t, out n x t. V and out may not overlap. Here and below
/// poll is called between tiles and may throw to end the work.
template <class T>
void fill_product(const BoundKernel<T>& kernel, index_t n, const Mat<T>& V, Mat<T>& out,
                  int threads, Poll poll = no_poll);

/// out = K V for K = K(X, X), n x n: each tile serves both halves.
template <class T>
void fill_symmetric_product(const BoundKernel<T>& kernel, const Mat<T>& V, Mat<T>& out, int threads,
                            Poll poll = no_poll);

/// The same for a matrix in memory, with the bits of fill_product: both doors of a model agree.
template <class T>
void dense_product(const Mat<T>& K, const Mat<T>& V, Mat<T>& out, int threads, Poll poll = no_poll);

/// The same for the matrix K(rows, columns).
template <class T>
void part_product(const Mat<T>& K, std::span<const index_t> rows, std::span<const index_t> columns,
                  const Mat<T>& V, Mat<T>& out, int threads, Poll poll = no_poll);

/// out = K V for K = K(X, X) in stored tiles; sums of floats in double if V is in double.
template <class Stored, class T>
void tiled_product(const SymmetricTiles<Stored>& K, const Mat<T>& V, Mat<T>& out, int threads,
                   Poll poll = no_poll);

}  // namespace mercer
