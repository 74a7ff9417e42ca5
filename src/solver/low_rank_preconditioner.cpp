#include "mercer/solver/low_rank_preconditioner.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"
#include "mercer/tile/symmetric_tiles.hpp"
#include "tile/expand.hpp"
#include "tile/product.hpp"

namespace mercer {
namespace {

// Part of F as BLAS takes it: doubles, where they are or widened into scratch.
template <class T, class Use>
void visit_in_double(const Mat<T>& F, Range rows, Range columns, Scratch& scratch, Use use) {
  if constexpr (std::is_same_v<T, double>) {
    use(F.colptr(columns.begin) + rows.begin, F.n_rows);
  } else {
    const index_t stride = padded_stride<double>(rows.size());
    const auto lease = scratch.lease<double>(stride * columns.size());
    for (index_t j = 0; j < columns.size(); ++j) {
      widen(F.colptr(columns.begin + j) + rows.begin, lease.data() + j * stride, rows.size());
    }
    use(static_cast<const double*>(lease.data()), stride);
  }
}

// F' F + lambda I, a tile of it at a time from blocks of rows in their order.
template <class T>
SymmetricTiles<double> regularised_products(const Mat<T>& F, double lambda, int threads,
                                            Poll poll) {
  SymmetricTiles<double> G(F.n_cols);
  std::vector<std::pair<index_t, index_t>> tiles;
  for (index_t c = 0; c < G.count(); ++c) {
    for (index_t r = 0; r <= c; ++r) tiles.emplace_back(r, c);
  }
  std::vector<Scratch> scratch(team_size(tiles.size(), threads));
  parallel_for(tiles.size(), threads, poll, [&](index_t item, int worker) {
    const index_t r = tiles[item].first, c = tiles[item].second;
    const Tile<double> out = G.tile(r, c);
    for (index_t j = 0; j < out.cols; ++j) std::fill_n(out.column(j), out.rows, 0.0);
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    for (index_t begin = 0; begin < F.n_rows; begin += tile_edge) {
      const Range rows{begin, std::min(begin + tile_edge, F.n_rows)};
      visit_in_double(F, rows, G.range(c), own, [&](const double* right, index_t right_stride) {
        if (r == c) {
          blas::syrk_upper(out.cols, rows.size(), 1.0, right, right_stride, 1.0, out.data,
                           out.stride);
          return;
        }
        visit_in_double(F, rows, G.range(r), own, [&](const double* left, index_t left_stride) {
          blas::gemm('T', 'N', out.rows, out.cols, rows.size(), 1.0, left, left_stride, right,
                     right_stride, 1.0, out.data, out.stride);
        });
      });
    }
    if (r != c) return;
    for (index_t j = 0; j < out.cols; ++j) out.column(j)[j] += lambda;
  });
  return G;
}

}  // namespace

template <class T>
LowRankPreconditioner<T>::LowRankPreconditioner(Mat<T> F, double lambda, int threads, Poll poll)
    : F_(std::move(F)), lambda_(lambda), threads_(threads) {
  require_positive("LowRankPreconditioner: lambda", lambda);
  resolve_threads(threads, "LowRankPreconditioner");
  G_ = std::make_unique<CholeskyFactor<double>>(regularised_products(F_, lambda, threads, poll),
                                                CholeskyOptions{.threads = threads});
}

// Strips of rows: some for each thread, of lengths that depend on n only.
template <class T>
index_t LowRankPreconditioner<T>::strips() const {
  return std::clamp<index_t>(F_.n_rows / 256, 1, 32);
}

template <class T>
Range LowRankPreconditioner<T>::strip(index_t s) const {
  const index_t n = F_.n_rows, count = strips();
  return {s * n / count, (s + 1) * n / count};
}

template <class T>
void LowRankPreconditioner<T>::solve(const Mat<double>& R, Mat<double>& Z) const {
  require_rows("LowRankPreconditioner::solve", "R", R.n_rows, F_.n_rows, "one per row of F");
  const index_t n = F_.n_rows, k = F_.n_cols, t = R.n_cols;
  Z = R;
  std::vector<Scratch> scratch(team_size(strips(), threads_));
  const auto part_of_F = [&](Range rows) {
    return Tile<T>{const_cast<T*>(F_.memptr()) + rows.begin, rows.size(), k, n};  // only read
  };
  // Columns of F in groups for GEMM.
  const auto for_groups = [&](auto use) {
    for (index_t begin = 0; begin < k; begin += tile_edge) {
      use(Range{begin, std::min(begin + tile_edge, k)});
    }
  };

  Mat<double> parts(k, t * strips(), arma::fill::zeros);
  parallel_for(strips(), threads_, [&](index_t s, int worker) {
    const Range rows = strip(s);
    double* W = parts.colptr(s * t);
    if (t == 1) return add_transposed_product(part_of_F(rows), R.memptr() + rows.begin, W);
    for_groups([&](Range some) {
      visit_in_double(F_, rows, some, scratch[static_cast<std::size_t>(worker)],
                      [&](const double* block, index_t stride) {
                        blas::gemm('T', 'N', some.size(), t, rows.size(), 1.0, block, stride,
                                   R.memptr() + rows.begin, n, 0.0, W + some.begin, k);
                      });
    });
  });
  Mat<double> W = parts.head_cols(t);
  for (index_t s = 1; s < strips(); ++s) W += parts.cols(s * t, (s + 1) * t - 1);
  G_->solve(W);

  W *= -1;
  parallel_for(strips(), threads_, [&](index_t s, int worker) {
    const Range rows = strip(s);
    if (t == 1) {
      add_product(part_of_F(rows), static_cast<const double*>(W.memptr()), Z.memptr() + rows.begin);
    } else {
      for_groups([&](Range some) {
        visit_in_double(F_, rows, some, scratch[static_cast<std::size_t>(worker)],
                        [&](const double* block, index_t stride) {
                          blas::gemm('N', 'N', rows.size(), t, some.size(), 1.0, block, stride,
                                     W.memptr() + some.begin, k, 1.0, Z.memptr() + rows.begin, n);
                        });
      });
    }
    for (index_t c = 0; c < t; ++c) {
      for (index_t i = rows.begin; i < rows.end; ++i) Z(i, c) /= lambda_;
    }
  });
}

template <class T>
double LowRankPreconditioner<T>::log_determinant() const {
  return G_->log_determinant() +
         (static_cast<double>(F_.n_rows) - static_cast<double>(F_.n_cols)) * std::log(lambda_);
}

template <class T>
std::size_t LowRankPreconditioner<T>::bytes_for(index_t n, index_t k) {
  return n * k * sizeof(T) + SymmetricTiles<double>::bytes_for(k);
}

template class LowRankPreconditioner<double>;
template class LowRankPreconditioner<float>;

}  // namespace mercer
