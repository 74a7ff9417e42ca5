#include "mercer/solver/cholesky.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/blas.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/core/scratch.hpp"

namespace mercer {
namespace {

// One serial BLAS call: outside of a parallel region BLAS might use threads and change bits.
template <class F>
void run_serially(F f) {
  parallel_for(1, 1, [&](index_t, int) { f(); });
}

void require_factor(const char* where, Status status) {
  if (status != Status::converged) throw LogicError(std::string(where) + ": there is no factor");
}

}  // namespace

template <class T>
CholeskyFactor<T>::CholeskyFactor(SymmetricTiles<T>&& A, const CholeskyOptions& options)
    : threads_(options.threads) {
  resolve_threads(threads_, "CholeskyFactor");
  U_ = std::move(A);
  const index_t count = U_.count();
  const auto start = std::chrono::steady_clock::now();

  for (index_t k = 0; k < count; ++k) {
    const Tile<T> pivot = U_.tile(k, k);
    const index_t width = pivot.cols;
    index_t minor = 0;
    run_serially([&] { minor = blas::potrf_upper(width, pivot.data, pivot.stride); });
    // OpenBLAS lets NaN and infinite pivots pass.
    for (index_t j = 0; j + 1 < (minor > 0 ? minor : width + 1); ++j) {
      if (!std::isfinite(pivot.column(j)[j])) minor = j + 1;
    }
    if (minor > 0) {
      failed_minor_ = U_.range(k).begin + minor;
      status_ = Status::not_positive_definite;
      return;
    }
    parallel_for(count - k - 1, threads_, [&](index_t item, int) {
      const Tile<T> right = U_.tile(k, k + 1 + item);
      blas::trsm_upper('L', 'T', width, right.cols, pivot.data, pivot.stride, right.data,
                       right.stride);
    });
    std::vector<std::pair<index_t, index_t>> trailing;
    for (index_t j = k + 1; j < count; ++j) {
      for (index_t i = k + 1; i <= j; ++i) trailing.emplace_back(i, j);
    }
    parallel_for(trailing.size(), threads_, [&](index_t item, int) {
      const auto [i, j] = trailing[item];
      const Tile<T> left = U_.tile(k, i), right = U_.tile(k, j), out = U_.tile(i, j);
      if (i == j) {
        blas::syrk_upper(out.cols, width, T(-1), left.data, left.stride, T(1), out.data,
                         out.stride);
      } else {
        blas::gemm('T', 'N', out.rows, out.cols, width, T(-1), left.data, left.stride, right.data,
                   right.stride, T(1), out.data, out.stride);
      }
    });
    if (!options.progress || k + 1 == count) continue;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const Progress progress{.stage = "cholesky",
                            .iteration = k + 1,
                            .criterion = static_cast<double>(U_.n() - U_.range(k).end),
                            .target = 0,
                            .seconds = seconds.count()};
    if (options.progress(progress) == Continue::no) {
      status_ = Status::stopped;
      return;
    }
  }
}

template <class T>
CholeskyFactor<T> CholeskyFactor<T>::from_factor(SymmetricTiles<T>&& U,
                                                 const CholeskyOptions& options) {
  CholeskyFactor factor;
  factor.threads_ = options.threads;
  factor.U_ = std::move(U);
  return factor;
}

template <class T>
void CholeskyFactor<T>::solve(Mat<T>& B) const {
  require_factor("CholeskyFactor::solve", status_);
  require_rows("CholeskyFactor::solve", "B", B.n_rows, U_.n(), "one per row of A");
  const index_t t = B.n_cols, n = B.n_rows;
  if (t == 0) return;
  const auto rows = [&](index_t k) { return B.memptr() + U_.range(k).begin; };

  for (index_t k = 0; k < U_.count(); ++k) {  // U' Z = B
    const Tile<T> pivot = U_.tile(k, k);
    run_serially(
        [&] { blas::trsm_upper('L', 'T', pivot.cols, t, pivot.data, pivot.stride, rows(k), n); });
    parallel_for(U_.count() - k - 1, threads_, [&](index_t item, int) {
      const index_t j = k + 1 + item;
      const Tile<T> tile = U_.tile(k, j);
      blas::gemm('T', 'N', tile.cols, t, tile.rows, T(-1), tile.data, tile.stride, rows(k), n, T(1),
                 rows(j), n);
    });
  }
  for (index_t k = U_.count(); k-- > 0;) {  // U X = Z
    const Tile<T> pivot = U_.tile(k, k);
    run_serially(
        [&] { blas::trsm_upper('L', 'N', pivot.cols, t, pivot.data, pivot.stride, rows(k), n); });
    parallel_for(k, threads_, [&](index_t i, int) {
      const Tile<T> tile = U_.tile(i, k);
      blas::gemm('N', 'N', tile.rows, t, tile.cols, T(-1), tile.data, tile.stride, rows(k), n, T(1),
                 rows(i), n);
    });
  }
}

template <class T>
Col<T> CholeskyFactor<T>::inverse_diagonal() const {
  require_factor("CholeskyFactor::inverse_diagonal", status_);
  const index_t n = U_.n();
  Col<T> diagonal(n, arma::fill::none);
  std::vector<Scratch> scratch(team_size(U_.count(), threads_));
  // Columns c of Z = U^-T, from row block c on: U_kk' Z_k = E_k - sum_{c <= j < k} U_jk' Z_j.
  parallel_for(U_.count(), threads_, [&](index_t c, int worker) {
    const Range columns = U_.range(c);
    const index_t width = columns.size(), height = n - columns.begin;
    const auto lease = scratch[static_cast<std::size_t>(worker)].lease<T>(height * width);
    T* Z = lease.data();
    std::fill_n(Z, height * width, T(0));
    for (index_t j = 0; j < width; ++j) Z[j + j * height] = 1;
    for (index_t k = c; k < U_.count(); ++k) {
      T* Z_k = Z + (k - c) * tile_edge;
      for (index_t j = c; j < k; ++j) {
        const Tile<T> tile = U_.tile(j, k);
        blas::gemm('T', 'N', tile.cols, width, tile.rows, T(-1), tile.data, tile.stride,
                   Z + (j - c) * tile_edge, height, T(1), Z_k, height);
      }
      const Tile<T> pivot = U_.tile(k, k);
      blas::trsm_upper('L', 'T', pivot.cols, width, pivot.data, pivot.stride, Z_k, height);
    }
    for (index_t j = 0; j < width; ++j) {
      double sum = 0;
      for (index_t i = j; i < height; ++i) {
        const double z = static_cast<double>(Z[i + j * height]);
        sum += z * z;
      }
      diagonal(columns.begin + j) = static_cast<T>(sum);
    }
  });
  return diagonal;
}

template <class T>
double CholeskyFactor<T>::log_determinant() const {
  require_factor("CholeskyFactor::log_determinant", status_);
  double sum = 0;
  for (index_t i = 0; i < U_.n(); ++i) sum += std::log(static_cast<double>(U_.at(i, i)));
  return 2 * sum;
}

template class CholeskyFactor<double>;
template class CholeskyFactor<float>;

}  // namespace mercer
