#include "mercer/gram/tiled_gram.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "gram/fill.hpp"
#include "gram/product.hpp"
#include "gram/tiles.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/memory_plan.hpp"
#include "mercer/tile/statistic.hpp"
#include "tile/store.hpp"

namespace mercer {
namespace {

constexpr index_t edge = tile_edge;

index_t tiles_in(index_t n) { return (n + edge - 1) / edge; }

Range tile_range(index_t n, index_t k) { return {k * edge, std::min((k + 1) * edge, n)}; }

}  // namespace

template <class T>
TiledGram<T>::TiledGram(const Kernel& kernel, Points<T> X, const GramOptions& options)
    : GramOperator<T>(X.count(), X.count()), options_(options) {
  resolve_threads(options.threads, "TiledGram");
  require_finite<T>("TiledGram", "X", X);
  const index_t n = X.count();
  const MemoryPlan plan = memory_plan<T>(n, X.dim(), options);
  if (plan.tiled > plan.budget) {
    throw BudgetError("TiledGram", "one half of the " + std::to_string(n) + " x " +
                                       std::to_string(n) +
                                       " kernel values does not fit the budget: " + plan.text());
  }
  const auto [A, B] = sharing(X, X, options.threads);
  const auto bound = kernel.bind(A, B);
  const index_t count = tiles_in(n);
  tiles_.set_size(edge * edge, count * (count + 1) / 2);
  const std::size_t bytes = tiles_.n_elem * sizeof(T);
  const auto end = [&](index_t c) { return (c + 1) * (c + 2) / 2 * edge * edge * sizeof(T); };
  fill_half<T>(*bound, n, HugePages(tiles_.memptr(), bytes), end, options.threads,
               [&](index_t r, index_t c, Tile<T> tile, Scratch&) {
                 store_tile(tile, stored_tile(tiles_, r, c), store_for(bytes));
               });
  entry_error_ = bound->entry_error();
}

template <class T>
TiledGram<T>::TiledGram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options)
    : TiledGram(kernel, Points<T>(X), options) {}

template <class T>
TiledGram<T>::TiledGram(const Kernel& kernel, const SpMat<T>& X, const GramOptions& options)
    : TiledGram(kernel, Points<T>(X), options) {}

template <class T>
T TiledGram<T>::entry(index_t i, index_t j) const {
  if (i / edge > j / edge) std::swap(i, j);
  return stored_tile(tiles_, i / edge, j / edge).column(j % edge)[i % edge];
}

template <class T>
void TiledGram<T>::do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const {
  tiled_product(tiles_, V, out, options_.threads, poll);
}

template <class T>
void TiledGram<T>::do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const {
  if constexpr (std::is_same_v<T, double>) {
    do_multiply(V, out, poll);
  } else {
    const index_t n = this->n_rows();
    out.zeros(n, V.n_cols);
    // Each block of rows has one owner; its tiles come in the order of their columns.
    parallel_for(tiles_in(n), options_.threads, poll, [&](index_t block, int) {
      const Range rows = tile_range(n, block);
      for (index_t t = 0; t < V.n_cols; ++t) {
        for (index_t j = 0; j < n; ++j) {
          for (index_t i = rows.begin; i < rows.end; ++i) {
            out(i, t) += static_cast<double>(entry(i, j)) * V(j, t);
          }
        }
      }
    });
  }
}

template <class T>
void TiledGram<T>::do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const {
  const index_t n = this->n_rows();
  for (index_t k = 0; k < columns.size(); ++k) {
    const index_t c = columns[k] / edge;
    const index_t j = columns[k] % edge;
    for (index_t b = 0; b < tiles_in(n); ++b) {
      const Range rows = tile_range(n, b);
      T* to = out.colptr(k) + rows.begin;
      if (b <= c) {
        std::copy_n(stored_tile(tiles_, b, c).column(j), rows.size(), to);
      } else {
        const Tile<T> mirrored = stored_tile(tiles_, c, b);
        for (index_t i = 0; i < rows.size(); ++i) to[i] = mirrored.column(i)[j];
      }
    }
  }
}

template <class T>
void TiledGram<T>::do_dense(Mat<T>& out, Poll poll) const {
  const index_t n = this->n_rows();
  require_budget("TiledGram::dense",
                 "the " + std::to_string(n) + " x " + std::to_string(n) + " kernel values",
                 n * n * sizeof(T), options_.memory_budget);
  out.set_size(n, n);
  take_pages(out.memptr(), out.n_elem * sizeof(T), options_.threads);
  const Store how = store_for(out.n_elem * sizeof(T));
  std::vector<Scratch> scratch(team_size(tiles_in(n), options_.threads));
  parallel_for(tiles_in(n), options_.threads, poll, [&](index_t c, int worker) {
    const Range cols = tile_range(n, c);
    for (index_t r = 0; r <= c; ++r) {
      const Range rows = tile_range(n, r);
      Tile<T> tile = stored_tile(tiles_, r, c);
      tile.rows = rows.size();
      tile.cols = cols.size();
      store_tile(tile, {out.colptr(cols.begin) + rows.begin, rows.size(), cols.size(), n}, how);
      if (r == c) continue;
      store_transposed(tile, {out.colptr(rows.begin) + cols.begin, cols.size(), rows.size(), n},
                       how, scratch[static_cast<std::size_t>(worker)]);
    }
  });
}

template <class T>
void TiledGram<T>::do_diagonal(Col<T>& out) const {
  for (index_t i = 0; i < this->n_rows(); ++i) out(i) = entry(i, i);
}

template <class T>
std::unique_ptr<GramOperator<T>> TiledGram<T>::do_submatrix(
    std::span<const index_t> rows, std::span<const index_t> columns) const {
  Mat<T> part(rows.size(), columns.size(), arma::fill::none);
  for (index_t k = 0; k < columns.size(); ++k) {
    for (index_t i = 0; i < rows.size(); ++i) part(i, k) = entry(rows[i], columns[k]);
  }
  return std::make_unique<DenseGram<T>>(std::move(part), options_);
}

template class TiledGram<double>;
template class TiledGram<float>;

}  // namespace mercer
