#include "mercer/solver/cholesky.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"

namespace mercer {
namespace {

// Tile edge: a 256-wide update runs at 95 % of the GEMM rate and leaves enough tiles for threads.
constexpr index_t block = 256;

index_t blocks_in(index_t n) { return (n + block - 1) / block; }
index_t block_size(index_t n, index_t k) { return std::min(block, n - k * block); }

// One serial BLAS call: outside of a parallel region BLAS might use threads and change bits.
template <class F>
void run_serially(F f) {
  parallel_for(1, 1, [&](index_t, int) { f(); });
}

}  // namespace

template <class T>
CholeskyFactor<T>::CholeskyFactor(Mat<T>&& A, const CholeskyOptions& options)
    : threads_(options.threads) {
  require_columns("CholeskyFactor", "A", A.n_cols, A.n_rows, "it must be square");
  resolve_threads(threads_, "CholeskyFactor");
  L_ = std::move(A);
  const index_t n = L_.n_rows;
  const auto start = std::chrono::steady_clock::now();
  const auto tile = [&](index_t i, index_t j) { return L_.memptr() + i * block + j * block * n; };

  for (index_t k = 0; k < blocks_in(n); ++k) {
    const index_t width = block_size(n, k);
    const index_t below = blocks_in(n) - k - 1;

    index_t minor = 0;
    run_serially([&] { minor = blas::potrf_lower(width, tile(k, k), n); });
    // OpenBLAS lets NaN and infinite pivots pass.
    for (index_t j = 0; j + 1 < (minor > 0 ? minor : width + 1); ++j) {
      if (!std::isfinite(tile(k, k)[j + j * n])) minor = j + 1;
    }
    if (minor > 0) {
      failed_minor_ = k * block + minor;
      status_ = Status::not_positive_definite;
      return;
    }
    parallel_for(below, threads_, [&](index_t item, int) {
      const index_t i = k + 1 + item;
      blas::trsm_lower('R', 'T', block_size(n, i), width, tile(k, k), n, tile(i, k), n);
    });
    std::vector<std::pair<index_t, index_t>> trailing;
    for (index_t j = k + 1; j < blocks_in(n); ++j) {
      for (index_t i = j; i < blocks_in(n); ++i) trailing.emplace_back(i, j);
    }
    parallel_for(trailing.size(), threads_, [&](index_t item, int) {
      const auto [i, j] = trailing[item];
      if (i == j) {
        blas::syrk_lower(block_size(n, i), width, T(-1), tile(i, k), n, T(1), tile(i, i), n);
      } else {
        blas::gemm('N', 'T', block_size(n, i), block_size(n, j), width, T(-1), tile(i, k), n,
                   tile(j, k), n, T(1), tile(i, j), n);
      }
    });
    if (!options.progress || below == 0) continue;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const Progress progress{.stage = "cholesky",
                            .iteration = k + 1,
                            .criterion = static_cast<double>(n - (k + 1) * block),
                            .target = 0,
                            .seconds = seconds.count()};
    if (options.progress(progress) == Continue::no) {
      status_ = Status::stopped;
      return;
    }
  }
}

template <class T>
void CholeskyFactor<T>::solve(Mat<T>& B) const {
  if (status_ != Status::converged) throw LogicError("CholeskyFactor::solve: there is no factor");
  const index_t n = L_.n_rows;
  require_rows("CholeskyFactor::solve", "B", B.n_rows, n, "one per row of A");
  const index_t t = B.n_cols;
  if (t == 0) return;
  const auto tile = [&](index_t i, index_t j) { return L_.memptr() + i * block + j * block * n; };
  const auto rows = [&](index_t k) { return B.memptr() + k * block; };

  for (index_t k = 0; k < blocks_in(n); ++k) {  // L Z = B
    const index_t width = block_size(n, k);
    run_serially([&] { blas::trsm_lower('L', 'N', width, t, tile(k, k), n, rows(k), n); });
    parallel_for(blocks_in(n) - k - 1, threads_, [&](index_t item, int) {
      const index_t i = k + 1 + item;
      blas::gemm('N', 'N', block_size(n, i), t, width, T(-1), tile(i, k), n, rows(k), n, T(1),
                 rows(i), n);
    });
  }
  for (index_t k = blocks_in(n); k-- > 0;) {  // L' X = Z
    const index_t width = block_size(n, k);
    run_serially([&] { blas::trsm_lower('L', 'T', width, t, tile(k, k), n, rows(k), n); });
    parallel_for(k, threads_, [&](index_t i, int) {
      blas::gemm('T', 'N', block_size(n, i), t, width, T(-1), tile(k, i), n, rows(k), n, T(1),
                 rows(i), n);
    });
  }
}

template <class T>
Col<T> CholeskyFactor<T>::inverse_diagonal() const {
  if (status_ != Status::converged) {
    throw LogicError("CholeskyFactor::inverse_diagonal: there is no factor");
  }
  const index_t n = L_.n_rows;
  const auto tile = [&](index_t i, index_t j) { return L_.memptr() + i * block + j * block * n; };
  Col<T> diagonal(n, arma::fill::none);
  std::vector<Scratch> scratch(team_size(blocks_in(n), threads_));
  // Columns c of Z = L^-1, from row block c on: L_kk Z_k = E_k - sum_{c <= j < k} L_kj Z_j.
  parallel_for(blocks_in(n), threads_, [&](index_t c, int worker) {
    const index_t width = block_size(n, c);
    const index_t height = n - c * block;
    const auto lease = scratch[static_cast<std::size_t>(worker)].lease<T>(height * width);
    T* Z = lease.data();
    std::fill_n(Z, height * width, T(0));
    for (index_t j = 0; j < width; ++j) Z[j + j * height] = 1;
    for (index_t k = c; k < blocks_in(n); ++k) {
      T* Z_k = Z + (k - c) * block;
      if (k > c) {
        blas::gemm('N', 'N', block_size(n, k), width, (k - c) * block, T(-1), tile(k, c), n, Z,
                   height, T(1), Z_k, height);
      }
      blas::trsm_lower('L', 'N', block_size(n, k), width, tile(k, k), n, Z_k, height);
    }
    for (index_t j = 0; j < width; ++j) {
      double sum = 0;
      for (index_t i = j; i < height; ++i) {
        const double z = static_cast<double>(Z[i + j * height]);
        sum += z * z;
      }
      diagonal(c * block + j) = static_cast<T>(sum);
    }
  });
  return diagonal;
}

template class CholeskyFactor<double>;
template class CholeskyFactor<float>;

}  // namespace mercer
