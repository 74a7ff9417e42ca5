#include "mercer/gram/dense_gram.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "gram/product.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "mercer/tile/tile.hpp"

namespace mercer {
namespace {

// out = K V with float K in double: converted value by value.
void multiply_floats(const Mat<float>& K, const Mat<double>& V, Mat<double>& out, int threads,
                     Poll poll) {
  out.zeros(K.n_rows, V.n_cols);
  const index_t n = K.n_rows;
  parallel_for((n + tile_edge - 1) / tile_edge, threads, poll, [&](index_t item, int) {
    const index_t begin = item * tile_edge;
    const index_t rows = std::min(tile_edge, n - begin);
    for (index_t j = 0; j < K.n_cols; ++j) {
      const float* column = K.colptr(j) + begin;
      for (index_t t = 0; t < V.n_cols; ++t) {
        double* target = out.colptr(t) + begin;
        for (index_t i = 0; i < rows; ++i) target[i] += double{column[i]} * V(j, t);
      }
    }
  });
}

}  // namespace

template <class T>
DenseGram<T>::DenseGram(Mat<T> K, const GramOptions& options)
    : GramOperator<T>(K.n_rows, K.n_cols), K_(std::move(K)), options_(options) {
  resolve_threads(options.threads, "DenseGram");
  require_finite("DenseGram", "K", K_);
}

template <class T>
void DenseGram<T>::do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const {
  dense_product(K_, V, out, options_.threads, poll);
}

template <class T>
void DenseGram<T>::do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const {
  if constexpr (std::is_same_v<T, double>) {
    dense_product(K_, V, out, options_.threads, poll);
  } else {
    multiply_floats(K_, V, out, options_.threads, poll);
  }
}

template <class T>
void DenseGram<T>::do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const {
  const index_t n = K_.n_rows;  // may be 0, where colptr() has no meaning
  for (index_t k = 0; k < columns.size(); ++k) {
    std::copy_n(K_.memptr() + columns[k] * n, n, out.memptr() + k * n);
  }
}

template <class T>
void DenseGram<T>::do_dense(Mat<T>& out, Poll) const {
  require_budget("DenseGram::dense", "a copy of the kernel values", K_.n_elem * sizeof(T),
                 options_.memory_budget);
  out = K_;
}

template <class T>
void DenseGram<T>::do_diagonal(Col<T>& out) const {
  for (index_t i = 0; i < K_.n_rows; ++i) out(i) = K_(i, i);
}

template <class T>
std::unique_ptr<GramOperator<T>> DenseGram<T>::do_submatrix(
    std::span<const index_t> rows, std::span<const index_t> columns) const {
  Mat<T> part(rows.size(), columns.size(), arma::fill::none);
  for (index_t k = 0; k < columns.size(); ++k) {
    const T* from = K_.memptr() + columns[k] * K_.n_rows;
    T* to = part.memptr() + k * rows.size();
    for (index_t i = 0; i < rows.size(); ++i) to[i] = from[rows[i]];
  }
  return std::make_unique<DenseGram>(std::move(part), options_);
}

template class DenseGram<double>;
template class DenseGram<float>;

}  // namespace mercer
