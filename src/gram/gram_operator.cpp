#include "mercer/gram/gram_operator.hpp"

#include <stdexcept>
#include <string>

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

}  // namespace

template <class T>
void GramOperator<T>::multiply(const Mat<T>& V, Mat<T>& out) const {
  require_rows("GramOperator::multiply", "V", V.n_rows, n_cols_, "one per column of K");
  if (&V == &out) throw std::invalid_argument("GramOperator::multiply: out must not be V");
  do_multiply(V, out);
}

template <class T>
void GramOperator<T>::multiply_in_double(const Mat<double>& V, Mat<double>& out) const {
  require_rows("GramOperator::multiply_in_double", "V", V.n_rows, n_cols_, "one per column of K");
  if (&V == &out)
    throw std::invalid_argument("GramOperator::multiply_in_double: out must not be V");
  do_multiply_in_double(V, out);
}

template <class T>
void GramOperator<T>::gather_columns(std::span<const index_t> columns, Mat<T>& out) const {
  require_indices("GramOperator::gather_columns", "columns", columns, n_cols_);
  if (out.n_rows != n_rows_ || out.n_cols != columns.size()) out.set_size(n_rows_, columns.size());
  do_gather_columns(columns, out);
}

template <class T>
void GramOperator<T>::dense(Mat<T>& out) const {
  do_dense(out);
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
