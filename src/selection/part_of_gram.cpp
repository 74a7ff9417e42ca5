#include "selection/part_of_gram.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "gram/product.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/parallel.hpp"
#include "tile/owned_points.hpp"

namespace mercer {

template <class T>
PartOfGram<T>::PartOfGram(std::shared_ptr<const Mat<T>> K, std::vector<index_t> rows,
                          std::vector<index_t> columns, int threads)
    : GramOperator<T>(rows.size(), columns.size()),
      K_(std::move(K)),
      rows_(std::move(rows)),
      columns_(std::move(columns)),
      threads_(threads) {}

template <class T>
template <class Out>
void PartOfGram<T>::gather(std::span<const index_t> columns, Out* out, index_t stride) const {
  parallel_for(columns.size(), threads_, [&](index_t k, int) {
    const T* from = K_->memptr() + columns_[columns[k]] * K_->n_rows;
    Out* to = out + k * stride;
    for (index_t i = 0; i < rows_.size(); ++i) to[i] = static_cast<Out>(from[rows_[i]]);
  });
}

template <class T>
void PartOfGram<T>::do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const {
  part_product<T>(*K_, rows_, columns_, V, out, threads_, poll);
}

template <class T>
void PartOfGram<T>::do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const {
  if constexpr (std::is_same_v<T, double>) {
    part_product<T>(*K_, rows_, columns_, V, out, threads_, poll);
  } else {
    constexpr index_t block = 256;  // rows whose sums are in L1
    out.zeros(rows_.size(), V.n_cols);
    const index_t blocks = (rows_.size() + block - 1) / block;
    parallel_for(blocks, threads_, poll, [&](index_t item, int) {
      const index_t begin = item * block, end = std::min<index_t>(begin + block, rows_.size());
      for (index_t j = 0; j < columns_.size(); ++j) {
        const T* from = K_->memptr() + columns_[j] * K_->n_rows;
        for (index_t t = 0; t < V.n_cols; ++t) {
          const double v = V(j, t);
          double* sums = out.colptr(t);
          for (index_t i = begin; i < end; ++i) sums[i] += v * static_cast<double>(from[rows_[i]]);
        }
      }
    });
  }
}

template <class T>
void PartOfGram<T>::do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const {
  gather(columns, out.memptr(), rows_.size());
}

template <class T>
void PartOfGram<T>::do_gather_columns_in_float(std::span<const index_t> columns, float* out,
                                               index_t stride, Poll poll) const {
  poll();
  if (!columns.empty()) {
    const index_t last = (columns.size() - 1) * stride + rows_.size();
    take_pages(out, last * sizeof(float), threads_);
  }
  gather(columns, out, stride);
}

template <class T>
void PartOfGram<T>::do_dense(Mat<T>& out, Poll poll) const {
  poll();
  out.set_size(rows_.size(), columns_.size());
  take_pages(out.memptr(), out.n_elem * sizeof(T), threads_);
  gather(all_indices(columns_.size()), out.memptr(), rows_.size());
}

template <class T>
void PartOfGram<T>::do_diagonal(Col<T>& out) const {
  for (index_t i = 0; i < rows_.size(); ++i) out(i) = (*K_)(rows_[i], columns_[i]);
}

template <class T>
std::unique_ptr<GramOperator<T>> PartOfGram<T>::do_submatrix(
    std::span<const index_t> rows, std::span<const index_t> columns) const {
  std::vector<index_t> own_rows, own_columns;
  for (const index_t i : rows) own_rows.push_back(rows_[i]);
  for (const index_t j : columns) own_columns.push_back(columns_[j]);
  return std::make_unique<PartOfGram>(K_, std::move(own_rows), std::move(own_columns), threads_);
}

template class PartOfGram<double>;
template class PartOfGram<float>;

}  // namespace mercer
