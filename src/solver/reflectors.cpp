#include "solver/reflectors.hpp"

#include <algorithm>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"

namespace mercer {
namespace {

// Reflectors that are applied together where Q is formed, and columns that they are applied to at a
// time: as wide as it takes to reach the rate of large products.
constexpr index_t group_columns = 256;
constexpr index_t column_block = 256;

index_t width_of_panel(index_t n, index_t first_row, index_t b) {
  return std::min(b, n - first_row);
}

// V of one panel with its ones and zeros, rows from first_row on, to out (stride ld).
template <class T>
void copy_panel(const Mat<T>& A, index_t column, index_t first_row, index_t width, T* out,
                index_t ld) {
  const index_t n = A.n_rows;
  for (index_t j = 0; j < width; ++j) {
    const T* from = A.colptr(column + j) + first_row;
    T* to = out + j * ld;
    std::fill_n(to, j, T(0));
    to[j] = 1;
    std::copy(from + j + 1, from + (n - first_row), to + j + 1);
  }
}

// The panels [first, last) as one: I - V T V', V in rows from (first + 1) b on.
template <class T>
struct Group {
  index_t first_row;
  index_t columns;
  Mat<T> V;
  Mat<T> triangle;
};

template <class T>
Group<T> make_group(const Reflectors<T>& Q, index_t first, index_t last) {
  const index_t n = Q.A.n_rows, b = Q.bandwidth;
  Group<T> group;
  group.first_row = (first + 1) * b;
  group.columns = (last - 1 - first) * b + width_of_panel(n, last * b, b);
  const index_t m = n - group.first_row, columns = group.columns;
  group.V.zeros(m, columns);
  parallel_for(last - first, Q.threads, [&](index_t p, int) {
    const index_t column = (first + p) * b;
    copy_panel(Q.A, column, column + b, width_of_panel(n, column + b, b),
               group.V.memptr() + p * b * m + p * b, m);
  });
  // T of [V1 V2] is [T1, -T1 V1'V2 T2; 0, T2], one panel after the other.
  group.triangle.zeros(columns, columns);
  Mat<T> inner(columns, columns, arma::fill::none);
  parallel_for(last - first, Q.threads, [&](index_t p, int) {  // V1' V2, V2 the panel p
    const index_t at = p * b, width = std::min(b, columns - at);
    blas::gemm('T', 'N', at, width, m - at, T(1), group.V.memptr() + at, m,
               group.V.memptr() + at + at * m, m, T(0), inner.colptr(at), columns);
  });
  parallel_for(1, 1, [&](index_t, int) {
    Mat<T> product(columns, b, arma::fill::none);
    for (index_t at = 0; at < columns; at += b) {
      const index_t width = std::min(b, columns - at);
      const T* own = Q.triangles.colptr(first * b + at);
      T* out = group.triangle.memptr() + at + at * columns;
      for (index_t j = 0; j < width; ++j) std::copy_n(own + j * b, j + 1, out + j * columns);
      if (at == 0) continue;
      blas::gemm('N', 'N', at, width, width, T(1), inner.colptr(at), columns, out, columns, T(0),
                 product.memptr(), columns);
      blas::gemm('N', 'N', at, width, at, T(-1), group.triangle.memptr(), columns, product.memptr(),
                 columns, T(0), group.triangle.colptr(at), columns);
    }
  });
  return group;
}

}  // namespace

template <class T>
index_t Reflectors<T>::panels() const {
  const index_t n = A.n_rows;
  return n < bandwidth + 2 ? 0 : (n - 2) / bandwidth;
}

template <class T>
void apply_reflectors(const Reflectors<T>& Q, bool transposed, Mat<T>& B) {
  const index_t n = Q.A.n_rows, b = Q.bandwidth, panels = Q.panels();
  constexpr index_t columns = 32;
  parallel_for((B.n_cols + columns - 1) / columns, Q.threads, [&](index_t item, int) {
    const index_t begin = item * columns, t = std::min(columns, B.n_cols - begin);
    Mat<T> V, X(b, t, arma::fill::none), TX(b, t, arma::fill::none);
    for (index_t step = 0; step < panels; ++step) {
      const index_t first = (transposed ? step : panels - 1 - step) * b;
      const index_t m = n - first - b, width = width_of_panel(n, first + b, b);
      V.set_size(m, width);
      copy_panel(Q.A, first, first + b, width, V.memptr(), m);
      T* rows = B.colptr(begin) + first + b;
      blas::gemm('T', 'N', width, t, m, T(1), V.memptr(), m, rows, n, T(0), X.memptr(), b);
      blas::gemm(transposed ? 'T' : 'N', 'N', width, t, width, T(1), Q.triangles.colptr(first), b,
                 X.memptr(), b, T(0), TX.memptr(), b);
      blas::gemm('N', 'N', m, t, width, T(-1), V.memptr(), m, TX.memptr(), b, T(1), rows, n);
    }
  });
}

// From the last group of panels to the first: Q <- (I - V T V') diag(I, Q). The rows and columns
// before the group's first row have not been touched by later panels.
template <class T>
void form_basis(Mat<T>& A, const Mat<T>& triangles, index_t bandwidth, int threads,
                FunctionRef<void(index_t left)> poll) {
  const index_t n = A.n_rows, b = bandwidth;
  const Reflectors<T> Q{A, triangles, b, threads};
  const index_t panels = Q.panels(), per_group = std::max<index_t>(1, group_columns / b);
  index_t done = n;  // Q stands in the rows and columns from here on
  // The last row, if it is alone, has no reflector of its own.
  if (panels > 0 && panels * b + width_of_panel(n, panels * b, b) < n) A(n - 1, n - 1) = 1;
  for (index_t last = panels; last > 0;) {
    poll(done);
    const index_t first = (last - 1) / per_group * per_group;
    const Group<T> group = make_group(Q, first, last);
    const index_t begin = group.first_row, middle = std::min(done, begin + group.columns);
    const index_t m = n - begin, columns = group.columns, fresh = middle - begin;
    const T* V = group.V.memptr();
    std::vector<Scratch> scratch(team_size(m, threads));
    const index_t old_blocks = (n - middle + column_block - 1) / column_block;
    const index_t new_blocks = (fresh + column_block - 1) / column_block;
    parallel_for(new_blocks + old_blocks, threads, [&](index_t item, int worker) {
      Scratch& mine = scratch[static_cast<std::size_t>(worker)];
      const auto lease = mine.template lease<T>(2 * columns * column_block);
      T* X = lease.data();
      T* TX = X + columns * column_block;
      if (item < new_blocks) {  // columns of the identity: X = V(those rows)'
        const index_t at = item * column_block, width = std::min(column_block, fresh - at);
        blas::gemm('N', 'T', columns, width, columns, T(1), group.triangle.memptr(), columns,
                   V + at, m, T(0), TX, columns);
        T* out = A.colptr(begin + at) + begin;
        blas::gemm('N', 'N', m, width, columns, T(-1), V, m, TX, columns, T(0), out, n);
        for (index_t j = 0; j < width; ++j) out[at + j + j * n] += 1;
        return;
      }
      const index_t at = middle + (item - new_blocks) * column_block;
      const index_t width = std::min(column_block, n - at);
      T* out = A.colptr(at);
      blas::gemm('T', 'N', columns, width, n - middle, T(1), V + fresh, m, out + middle, n, T(0), X,
                 columns);
      blas::gemm('N', 'N', columns, width, columns, T(1), group.triangle.memptr(), columns, X,
                 columns, T(0), TX, columns);
      blas::gemm('N', 'N', fresh, width, columns, T(-1), V, m, TX, columns, T(0), out + begin, n);
      blas::gemm('N', 'N', n - middle, width, columns, T(-1), V + fresh, m, TX, columns, T(1),
                 out + middle, n);
    });
    done = begin;
    last = first;
  }
  const index_t untouched = std::min(done, n);  // the first rows and columns, or all
  for (index_t j = 0; j < n; ++j) {
    T* column = A.colptr(j);
    std::fill_n(column, j < untouched ? n : untouched, T(0));
    if (j < untouched) column[j] = 1;
  }
}

#define MERCER_INSTANTIATE(T)                                          \
  template struct Reflectors<T>;                                       \
  template void apply_reflectors(const Reflectors<T>&, bool, Mat<T>&); \
  template void form_basis(Mat<T>&, const Mat<T>&, index_t, int, FunctionRef<void(index_t)>);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
