#include "solver/panel_steps.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer {
namespace {

// Tile edge: 512 KB in double, which stay in L2 between the update and the products.
constexpr index_t edge = 256;

index_t tiles_in(index_t n) { return (n + edge - 1) / edge; }

// Rows of tile i from first on.
Range rows_of(index_t i, index_t first, index_t n) {
  return {std::max(i * edge, first), std::min((i + 1) * edge, n)};
}

}  // namespace

template <class T>
PanelSteps<T>::PanelSteps(Mat<T>& A, index_t bandwidth, int threads)
    : A_(A), b_(bandwidth), threads_(threads) {
  const index_t n = A.n_rows, tiles = tiles_in(n);
  pair_.set_size(n, 3 * b_);
  next_.set_size(n, b_);
  image_.set_size(n, b_);
  products_.set_size(edge * b_, tiles * tiles);
  partial_.set_size(b_ * b_, tiles);
  // Tiles of the diagonal are used as a whole.
  parallel_for(tiles, threads_, [&](index_t i, int) {
    const Range rows = rows_of(i, 0, n);
    for (index_t c = rows.begin; c < rows.end; ++c) {
      for (index_t r = c + 1; r < rows.end; ++r) A_(c, r) = A_(r, c);
    }
  });
}

template <class T>
std::size_t PanelSteps<T>::values(index_t n, index_t bandwidth) {
  const index_t tiles = tiles_in(n);
  return 5 * n * bandwidth + tiles * bandwidth * (tiles * edge + bandwidth);
}

template <class T>
void PanelSteps<T>::update_columns(index_t begin, index_t end) {
  if (pending_ == 0) return;
  const index_t n = A_.n_rows, ld = pair_.n_rows;
  parallel_for(tiles_in(n) - begin / edge, threads_, [&](index_t item, int) {
    const Range rows = rows_of(begin / edge + item, begin, n);
    blas::gemm('N', 'T', rows.size(), end - begin, 2 * b_, T(-1), left(rows.begin), ld,
               right(begin), ld, T(1), A_.colptr(begin) + rows.begin, n);
  });
}

template <class T>
void PanelSteps<T>::factor_panel(index_t column, T* triangle) {
  const index_t n = A_.n_rows, first = column + b_, m = n - first, width = std::min(b_, m);
  update_columns(column, first);
  parallel_for(1, 1, [&](index_t, int) {
    T* panel = A_.colptr(column) + first;
    blas::geqrt3(m, width, panel, n, triangle, b_);
    for (index_t j = 0; j < b_; ++j)
      std::fill(triangle + j * b_ + j + 1, triangle + (j + 1) * b_, T(0));
    for (index_t j = 0; j < b_; ++j) {
      T* v = next_.colptr(j) + first;
      if (j >= width) {  // fewer rows than columns: no reflector
        std::fill_n(v, m, T(0));
        std::fill_n(triangle + j * b_, b_, T(0));
        continue;
      }
      std::fill_n(v, j, T(0));
      v[j] = 1;
      std::copy(panel + j * n + j + 1, panel + j * n + m, v + j + 1);
    }
    if (width == b_) return;
    // The columns without a reflector of their own: C <- (I - V T' V') C.
    const index_t rest = b_ - width;
    Mat<T> X(b_, rest, arma::fill::none), TX(b_, rest, arma::fill::none);
    T* C = A_.colptr(column + width) + first;
    blas::gemm('T', 'N', b_, rest, m, T(1), next_.memptr() + first, n, C, n, T(0), X.memptr(), b_);
    blas::gemm('T', 'N', b_, rest, b_, T(1), triangle, b_, X.memptr(), b_, T(0), TX.memptr(), b_);
    blas::gemm('N', 'N', m, rest, b_, T(-1), next_.memptr() + first, n, TX.memptr(), b_, T(1), C,
               n);
  });
}

// Each tile once: A_ij <- A_ij - V_i W_j' - W_i V_j', then its products with the next V, and those
// of its mirror image.
template <class T>
void PanelSteps<T>::products_of_tiles(index_t first) {
  const index_t n = A_.n_rows, ld = pair_.n_rows, tiles = tiles_in(n);
  std::vector<std::pair<index_t, index_t>> trailing;
  for (index_t j = first / edge; j < tiles; ++j) {
    for (index_t i = j; i < tiles; ++i) trailing.emplace_back(i, j);
  }
  parallel_for(trailing.size(), threads_, [&](index_t item, int) {
    const auto [i, j] = trailing[item];
    const Range rows = rows_of(i, first, n), cols = rows_of(j, first, n);
    T* tile = A_.colptr(cols.begin) + rows.begin;
    if (pending_ > 0) {
      blas::gemm('N', 'T', rows.size(), cols.size(), 2 * b_, T(-1), left(rows.begin), ld,
                 right(cols.begin), ld, T(1), tile, n);
    }
    const T* V = next_.memptr();
    blas::gemm('N', 'N', rows.size(), b_, cols.size(), T(1), tile, n, V + cols.begin, n, T(0),
               products_.colptr(i * tiles + j), edge);
    if (i == j) return;
    blas::gemm('T', 'N', cols.size(), b_, rows.size(), T(1), tile, n, V + rows.begin, n, T(0),
               products_.colptr(j * tiles + i), edge);
  });
}

// image <- A V, each row of tiles summed in the order of the columns.
template <class T>
void PanelSteps<T>::collect_products(index_t first) {
  const index_t n = A_.n_rows, tiles = tiles_in(n), begin = first / edge;
  parallel_for(tiles - begin, threads_, [&](index_t item, int) {
    const index_t i = begin + item;
    const Range rows = rows_of(i, first, n);
    for (index_t c = 0; c < b_; ++c) {
      T* out = image_.colptr(c) + rows.begin;
      for (index_t j = begin; j < tiles; ++j) {
        const T* part = products_.colptr(i * tiles + j) + c * edge;
        if (j == begin) {
          std::copy_n(part, rows.size(), out);
        } else {
          for (index_t r = 0; r < rows.size(); ++r) out[r] += part[r];
        }
      }
    }
  });
}

template <class T>
void PanelSteps<T>::make_update(index_t column, const T* triangle) {
  const index_t n = A_.n_rows, first = column + b_, begin = first / edge, ld = pair_.n_rows;
  products_of_tiles(first);
  collect_products(first);
  // Z = (A V) T and V' Z by rows of tiles; W = Z - 1/2 V (T' V' Z).
  parallel_for(tiles_in(n) - begin, threads_, [&](index_t item, int) {
    const Range rows = rows_of(begin + item, first, n);
    T* Z = right(rows.begin);
    blas::gemm('N', 'N', rows.size(), b_, b_, T(1), image_.memptr() + rows.begin, n, triangle, b_,
               T(0), Z, ld);
    blas::gemm('T', 'N', b_, b_, rows.size(), T(1), next_.memptr() + rows.begin, n, Z, ld, T(0),
               partial_.colptr(begin + item), b_);
  });
  Mat<T> inner(b_, b_, arma::fill::zeros), half(b_, b_, arma::fill::none);
  for (index_t i = begin; i < tiles_in(n); ++i) {
    for (index_t k = 0; k < b_ * b_; ++k) inner(k) += partial_(k, i);
  }
  parallel_for(1, 1, [&](index_t, int) {
    blas::gemm('T', 'N', b_, b_, b_, T(-0.5), triangle, b_, inner.memptr(), b_, T(0), half.memptr(),
               b_);
  });
  parallel_for(tiles_in(n) - begin, threads_, [&](index_t item, int) {
    const Range rows = rows_of(begin + item, first, n);
    blas::gemm('N', 'N', rows.size(), b_, b_, T(1), next_.memptr() + rows.begin, n, half.memptr(),
               b_, T(1), right(rows.begin), ld);
    for (index_t c = 0; c < b_; ++c) {
      const T* v = next_.colptr(c) + rows.begin;
      std::copy_n(v, rows.size(), pair_.colptr(c) + rows.begin);
      std::copy_n(v, rows.size(), pair_.colptr(2 * b_ + c) + rows.begin);
    }
  });
  pending_ = first;
}

template class PanelSteps<double>;
template class PanelSteps<float>;

}  // namespace mercer
