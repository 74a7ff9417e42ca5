// Products and solutions with one half of a Cholesky factorisation, A = U' U.
#include <algorithm>

#include "core/blas.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/solver/cholesky.hpp"

namespace mercer {
namespace {

// Columns of B that one thread takes through all tiles: they share what is loaded of the factor.
constexpr index_t panel = 64;

// Calls body(first row, columns) of each panel of B.
template <class T>
void for_panels(Mat<T>& B, int threads, FunctionRef<void(T*, index_t)> body) {
  if (B.is_empty()) return;
  parallel_for((B.n_cols + panel - 1) / panel, threads, [&](index_t item, int) {
    const index_t begin = item * panel;
    body(B.colptr(begin), std::min(panel, B.n_cols - begin));
  });
}

}  // namespace

template <class T>
void CholeskyFactor<T>::solve_half(Mat<T>& B) const {
  if (status_ != Status::converged) {
    throw LogicError("CholeskyFactor::solve_half: there is no factor");
  }
  require_rows("CholeskyFactor::solve_half", "B", B.n_rows, U_.n(), "one per row of A");
  const index_t n = B.n_rows;
  for_panels<T>(B, threads_, [&](T* columns, index_t t) {
    for (index_t k = 0; k < U_.count(); ++k) {
      T* rows = columns + U_.range(k).begin;
      for (index_t i = 0; i < k; ++i) {
        const Tile<T> tile = U_.tile(i, k);
        blas::gemm('T', 'N', tile.cols, t, tile.rows, T(-1), tile.data, tile.stride,
                   columns + U_.range(i).begin, n, T(1), rows, n);
      }
      const Tile<T> pivot = U_.tile(k, k);
      blas::trsm_upper('L', 'T', pivot.cols, t, pivot.data, pivot.stride, rows, n);
    }
  });
}

template <class T>
void CholeskyFactor<T>::solve_second_half(Mat<T>& B) const {
  if (status_ != Status::converged) {
    throw LogicError("CholeskyFactor::solve_second_half: there is no factor");
  }
  require_rows("CholeskyFactor::solve_second_half", "B", B.n_rows, U_.n(), "one per row of A");
  const index_t n = B.n_rows;
  for_panels<T>(B, threads_, [&](T* columns, index_t t) {
    for (index_t k = U_.count(); k-- > 0;) {
      T* rows = columns + U_.range(k).begin;
      const Tile<T> pivot = U_.tile(k, k);
      blas::trsm_upper('L', 'N', pivot.cols, t, pivot.data, pivot.stride, rows, n);
      for (index_t i = 0; i < k; ++i) {
        const Tile<T> tile = U_.tile(i, k);
        blas::gemm('N', 'N', tile.rows, t, tile.cols, T(-1), tile.data, tile.stride, rows, n, T(1),
                   columns + U_.range(i).begin, n);
      }
    }
  });
}

template <class T>
void CholeskyFactor<T>::multiply_half(Mat<T>& B) const {
  if (status_ != Status::converged) {
    throw LogicError("CholeskyFactor::multiply_half: there is no factor");
  }
  require_rows("CholeskyFactor::multiply_half", "B", B.n_rows, U_.n(), "one per row of A");
  const index_t n = B.n_rows;
  for_panels<T>(B, threads_, [&](T* columns, index_t t) {
    for (index_t k = U_.count(); k-- > 0;) {
      T* rows = columns + U_.range(k).begin;
      const Tile<T> pivot = U_.tile(k, k);
      blas::trmm_upper('L', 'T', pivot.cols, t, pivot.data, pivot.stride, rows, n);
      for (index_t i = 0; i < k; ++i) {
        const Tile<T> tile = U_.tile(i, k);
        blas::gemm('T', 'N', tile.cols, t, tile.rows, T(1), tile.data, tile.stride,
                   columns + U_.range(i).begin, n, T(1), rows, n);
      }
    }
  });
}

template void CholeskyFactor<double>::solve_half(Mat<double>&) const;
template void CholeskyFactor<float>::solve_half(Mat<float>&) const;
template void CholeskyFactor<double>::solve_second_half(Mat<double>&) const;
template void CholeskyFactor<float>::solve_second_half(Mat<float>&) const;
template void CholeskyFactor<double>::multiply_half(Mat<double>&) const;
template void CholeskyFactor<float>::multiply_half(Mat<float>&) const;

}  // namespace mercer
