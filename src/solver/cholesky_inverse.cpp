// The inverse of a matrix from its Cholesky factor, in place, tile by tile: first V = U^-1,
//     for k:  U_kj = -U_kk^-1 U_kj         for j > k
//             U_ij = U_ij + U_ik U_kj      for i < k < j
//             U_ik = U_ik U_kk^-1          for i < k
//             U_kk = U_kk^-1
// then A^-1 = V V',
//     for k:  A_ij = A_ij + V_ik V_jk'     for i <= j < k
//             A_ik = V_ik V_kk'            for i < k
//             A_kk = V_kk V_kk'
// Each tile receives its updates in the order of k. n^3 / 3 flops each.
#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/solver/cholesky.hpp"

namespace mercer {
namespace {

using Pairs = std::vector<std::pair<index_t, index_t>>;

template <class T>
void negate(Tile<T> tile) {
  for (index_t j = 0; j < tile.cols; ++j) {
    for (index_t i = 0; i < tile.rows; ++i) tile.column(j)[i] = -tile.column(j)[i];
  }
}

template <class T>
void invert(const SymmetricTiles<T>& U, int threads, Poll poll) {
  const index_t count = U.count();
  for (index_t k = 0; k < count; ++k) {
    const Tile<T> pivot = U.tile(k, k);
    parallel_for(count - k - 1, threads, poll, [&](index_t item, int) {
      const Tile<T> right = U.tile(k, k + 1 + item);
      blas::trsm_upper('L', 'N', right.rows, right.cols, pivot.data, pivot.stride, right.data,
                       right.stride);
      negate(right);
    });
    Pairs pairs;
    for (index_t j = k + 1; j < count; ++j) {
      for (index_t i = 0; i < k; ++i) pairs.emplace_back(i, j);
    }
    parallel_for(pairs.size(), threads, poll, [&](index_t item, int) {
      const auto [i, j] = pairs[item];
      const Tile<T> left = U.tile(i, k), right = U.tile(k, j), out = U.tile(i, j);
      blas::gemm('N', 'N', out.rows, out.cols, left.cols, T(1), left.data, left.stride, right.data,
                 right.stride, T(1), out.data, out.stride);
    });
    parallel_for(k, threads, poll, [&](index_t i, int) {
      const Tile<T> above = U.tile(i, k);
      blas::trsm_upper('R', 'N', above.rows, above.cols, pivot.data, pivot.stride, above.data,
                       above.stride);
    });
    parallel_for(1, 1,
                 [&](index_t, int) { blas::invert_upper(pivot.cols, pivot.data, pivot.stride); });
  }
}

template <class T>
void square(const SymmetricTiles<T>& V, int threads, Poll poll) {
  for (index_t k = 0; k < V.count(); ++k) {
    Pairs pairs;
    for (index_t j = 0; j < k; ++j) {
      for (index_t i = 0; i <= j; ++i) pairs.emplace_back(i, j);
    }
    parallel_for(pairs.size(), threads, poll, [&](index_t item, int) {
      const auto [i, j] = pairs[item];
      const Tile<T> left = V.tile(i, k), right = V.tile(j, k), out = V.tile(i, j);
      blas::gemm('N', 'T', out.rows, out.cols, left.cols, T(1), left.data, left.stride, right.data,
                 right.stride, T(1), out.data, out.stride);
    });
    const Tile<T> pivot = V.tile(k, k);
    parallel_for(k, threads, poll, [&](index_t i, int) {
      const Tile<T> above = V.tile(i, k);
      blas::trmm_upper('R', 'T', above.rows, above.cols, pivot.data, pivot.stride, above.data,
                       above.stride);
    });
    parallel_for(1, 1,
                 [&](index_t, int) { blas::square_upper(pivot.cols, pivot.data, pivot.stride); });
  }
}

// The lower halves of the tiles on the diagonal, from the upper ones.
template <class T>
void mirror(const SymmetricTiles<T>& A) {
  for (index_t k = 0; k < A.count(); ++k) {
    const Tile<T> tile = A.tile(k, k);
    for (index_t j = 0; j < tile.cols; ++j) {
      for (index_t i = 0; i < j; ++i) tile.column(i)[j] = tile.column(j)[i];
    }
  }
}

}  // namespace

template <class T>
SymmetricTiles<T> CholeskyFactor<T>::inverse(Poll poll) && {
  if (status_ != Status::converged) {
    throw LogicError("CholeskyFactor::inverse: there is no factor");
  }
  SymmetricTiles<T> A = std::move(U_);
  invert(A, threads_, poll);
  square(A, threads_, poll);
  mirror(A);
  return A;
}

template SymmetricTiles<double> CholeskyFactor<double>::inverse(Poll) &&;
template SymmetricTiles<float> CholeskyFactor<float>::inverse(Poll) &&;

}  // namespace mercer
