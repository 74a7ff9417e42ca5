#include "mercer/gram/gram_operator.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "mercer/core/check.hpp"

namespace mercer {
namespace {

void require_indices(const char* where, const char* name, std::span<const index_t> indices,
                     index_t count) {
  for (const index_t index : indices) {
    if (index < count) continue;
    throw std::invalid_argument(std::string(where) + ": " + name + " must be below " +
                                std::to_string(count) + ", one is " + std::to_string(index));
  }
}

void require_stride(const char* where, index_t stride, index_t rows) {
  if (stride >= rows) return;
  throw std::invalid_argument(std::string(where) + ": stride must be at least n_rows() = " +
                              std::to_string(rows) + ", is " + std::to_string(stride));
}

// Column by column of tiles, some columns at a time.
template <class T, class Out>
void tiles_from_columns(const GramOperator<T>& K, SymmetricTiles<Out>& out, Poll poll) {
  constexpr index_t run = 64;
  std::vector<index_t> columns;
  Mat<T> block;
  for (index_t c = 0; c < out.count(); ++c) {
    const Range range = out.range(c);
    for (index_t begin = range.begin; begin < range.end; begin += run) {
      poll();
      columns.resize(std::min(run, range.end - begin));
      std::iota(columns.begin(), columns.end(), begin);
      K.gather_columns(columns, block);
      for (index_t r = 0; r <= c; ++r) {
        const Tile<Out> tile = out.tile(r, c);
        for (index_t j = 0; j < columns.size(); ++j) {
          const T* from = block.colptr(j) + out.range(r).begin;
          std::transform(from, from + tile.rows, tile.column(begin - range.begin + j),
                         [](T value) { return static_cast<Out>(value); });
        }
      }
    }
  }
}

}  // namespace

template <class T>
void GramOperator<T>::multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const {
  require_rows("GramOperator::multiply", "V", V.n_rows, n_cols_, "one per column of K");
  if (&V == &out) throw std::invalid_argument("GramOperator::multiply: out must not be V");
  do_multiply(V, out, poll);
}

template <class T>
void GramOperator<T>::multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const {
  require_rows("GramOperator::multiply_in_double", "V", V.n_rows, n_cols_, "one per column of K");
  if (&V == &out)
    throw std::invalid_argument("GramOperator::multiply_in_double: out must not be V");
  do_multiply_in_double(V, out, poll);
}

template <class T>
void GramOperator<T>::gather_columns(std::span<const index_t> columns, Mat<T>& out) const {
  require_indices("GramOperator::gather_columns", "columns", columns, n_cols_);
  if (out.n_rows != n_rows_ || out.n_cols != columns.size()) out.set_size(n_rows_, columns.size());
  do_gather_columns(columns, out);
}

template <class T>
void GramOperator<T>::dense(Mat<T>& out, Poll poll) const {
  do_dense(out, poll);
}

template <class T>
void GramOperator<T>::gather_columns_in_float(std::span<const index_t> columns, float* out,
                                              index_t stride, Poll poll) const {
  require_indices("GramOperator::gather_columns_in_float", "columns", columns, n_cols_);
  require_stride("GramOperator::gather_columns_in_float", stride, n_rows_);
  do_gather_columns_in_float(columns, out, stride, poll);
}

template <class T>
void GramOperator<T>::dense_in_float(float* out, index_t stride, Poll poll) const {
  require_stride("GramOperator::dense_in_float", stride, n_rows_);
  do_dense_in_float(out, stride, poll);
}

// Some columns at a time, so that little is kept in T.
template <class T>
void GramOperator<T>::do_gather_columns_in_float(std::span<const index_t> columns, float* out,
                                                 index_t stride, Poll poll) const {
  constexpr index_t run = 64;
  Mat<T> block;
  for (index_t k = 0; k < columns.size(); k += run) {
    poll();
    const auto part = columns.subspan(k, std::min<index_t>(run, columns.size() - k));
    gather_columns(part, block);
    for (index_t j = 0; j < part.size(); ++j) {
      std::transform(block.begin_col(j), block.end_col(j), out + (k + j) * stride,
                     [](T value) { return static_cast<float>(value); });
    }
  }
}

template <class T>
void GramOperator<T>::do_dense_in_float(float* out, index_t stride, Poll poll) const {
  std::vector<index_t> all(n_cols_);
  std::iota(all.begin(), all.end(), index_t{0});
  do_gather_columns_in_float(all, out, stride, poll);
}

template <class T>
void GramOperator<T>::tiles(SymmetricTiles<T>& out, Poll poll) const {
  require_columns("GramOperator::tiles", "K", n_cols_, n_rows_, "it must be square");
  if (out.n() != n_rows_) out = SymmetricTiles<T>(n_rows_);
  do_tiles(out, poll);
}

template <class T>
void GramOperator<T>::tiles_in_float(SymmetricTiles<float>& out, Poll poll) const {
  require_columns("GramOperator::tiles_in_float", "K", n_cols_, n_rows_, "it must be square");
  if (out.n() != n_rows_) out = SymmetricTiles<float>(n_rows_);
  do_tiles_in_float(out, poll);
}

template <class T>
void GramOperator<T>::do_tiles(SymmetricTiles<T>& out, Poll poll) const {
  tiles_from_columns(*this, out, poll);
}

template <class T>
void GramOperator<T>::do_tiles_in_float(SymmetricTiles<float>& out, Poll poll) const {
  tiles_from_columns(*this, out, poll);
}

template <class T>
Col<T> GramOperator<T>::diagonal() const {
  require_columns("GramOperator::diagonal", "K", n_cols_, n_rows_, "it must be square");
  Col<T> out(n_rows_, arma::fill::none);
  do_diagonal(out);
  return out;
}

template <class T>
std::unique_ptr<GramOperator<T>> GramOperator<T>::submatrix(
    std::span<const index_t> rows, std::span<const index_t> columns) const {
  require_indices("GramOperator::submatrix", "rows", rows, n_rows_);
  require_indices("GramOperator::submatrix", "columns", columns, n_cols_);
  return do_submatrix(rows, columns);
}

template class GramOperator<double>;
template class GramOperator<float>;

}  // namespace mercer
