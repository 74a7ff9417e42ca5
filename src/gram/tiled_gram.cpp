#include "mercer/gram/tiled_gram.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "gram/fill.hpp"
#include "gram/product.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/memory_plan.hpp"
#include "mercer/tile/statistic.hpp"
#include "tile/store.hpp"

namespace mercer {
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
  tiles_ = SymmetricTiles<T>(n);
  const Store how = store_for(tiles_.bytes());
  fill_half<T>(*bound, n, HugePages(tiles_.data(), tiles_.bytes()),
               SymmetricTiles<T>::end_of_column, options.threads,
               [&](index_t r, index_t c, Tile<T> tile, Scratch&) {
                 store_tile(tile, tiles_.tile(r, c), how);
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
template <class U>
TiledGram<T>::TiledGram(const GramOperator<U>& K, const GramOptions& options, Poll poll)
    : GramOperator<T>(K.n_rows(), K.n_cols()), options_(options) {
  resolve_threads(options.threads, "TiledGram");
  require_budget("TiledGram", "one half of the kernel values",
                 SymmetricTiles<T>::bytes_for(K.n_rows()), options.memory_budget);
  if constexpr (std::is_same_v<T, U>) {
    K.tiles(tiles_, poll);
    entry_error_ = K.entry_error();
  } else {
    K.tiles_in_float(tiles_, poll);
    entry_error_ = K.entry_error() + std::numeric_limits<float>::epsilon() / 2;
  }
}

template <class T>
void TiledGram<T>::do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const {
  tiled_product(tiles_, V, out, options_.threads, poll);
}

template <class T>
void TiledGram<T>::do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const {
  tiled_product(tiles_, V, out, options_.threads, poll);
}

template <class T>
void TiledGram<T>::do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const {
  for (index_t k = 0; k < columns.size(); ++k) {
    const index_t c = columns[k] / tile_edge;
    const index_t j = columns[k] % tile_edge;
    for (index_t b = 0; b < tiles_.count(); ++b) {
      const Range rows = tiles_.range(b);
      T* to = out.colptr(k) + rows.begin;
      if (b <= c) {
        std::copy_n(tiles_.tile(b, c).column(j), rows.size(), to);
      } else {
        const Tile<T> mirrored = tiles_.tile(c, b);
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
  std::vector<Scratch> scratch(team_size(tiles_.count(), options_.threads));
  parallel_for(tiles_.count(), options_.threads, poll, [&](index_t c, int worker) {
    const Range cols = tiles_.range(c);
    for (index_t r = 0; r <= c; ++r) {
      const Range rows = tiles_.range(r);
      const Tile<T> tile = tiles_.tile(r, c);
      store_tile(tile, {out.colptr(cols.begin) + rows.begin, rows.size(), cols.size(), n}, how);
      if (r == c) continue;
      store_transposed(tile, {out.colptr(rows.begin) + cols.begin, cols.size(), rows.size(), n},
                       how, scratch[static_cast<std::size_t>(worker)]);
    }
  });
}

template <class T>
void TiledGram<T>::do_tiles(SymmetricTiles<T>& out, Poll) const {
  require_budget("TiledGram::tiles", "a copy of one half of the kernel values", tiles_.bytes(),
                 options_.memory_budget);
  out = tiles_;
}

template <class T>
void TiledGram<T>::do_diagonal(Col<T>& out) const {
  for (index_t i = 0; i < this->n_rows(); ++i) out(i) = tiles_.at(i, i);
}

template <class T>
std::unique_ptr<GramOperator<T>> TiledGram<T>::do_submatrix(
    std::span<const index_t> rows, std::span<const index_t> columns) const {
  Mat<T> part(rows.size(), columns.size(), arma::fill::none);
  for (index_t k = 0; k < columns.size(); ++k) {
    for (index_t i = 0; i < rows.size(); ++i) part(i, k) = tiles_.at(rows[i], columns[k]);
  }
  return std::make_unique<DenseGram<T>>(std::move(part), options_);
}

template class TiledGram<double>;
template class TiledGram<float>;
template TiledGram<double>::TiledGram(const GramOperator<double>&, const GramOptions&, Poll);
template TiledGram<float>::TiledGram(const GramOperator<float>&, const GramOptions&, Poll);
template TiledGram<float>::TiledGram(const GramOperator<double>&, const GramOptions&, Poll);

}  // namespace mercer
