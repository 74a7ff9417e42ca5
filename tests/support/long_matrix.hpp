// Matrices in long double, for truths that are better than what they judge.
#pragma once

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "mercer/core/parallel.hpp"
#include "mercer/core/types.hpp"
#include "support/naive.hpp"

namespace mercer::test {

/// rows x cols, by columns.
class LongMatrix {
 public:
  LongMatrix() = default;
  LongMatrix(index_t rows, index_t cols) : rows_(rows), cols_(cols), values_(rows * cols) {}

  template <class T>
  explicit LongMatrix(const Mat<T>& M) : LongMatrix(M.n_rows, M.n_cols) {
    std::copy(M.begin(), M.end(), values_.begin());
  }

  index_t rows() const { return rows_; }
  index_t cols() const { return cols_; }
  long double* column(index_t j) { return values_.data() + j * rows_; }
  const long double* column(index_t j) const { return values_.data() + j * rows_; }
  long double& operator()(index_t i, index_t j) { return values_[j * rows_ + i]; }
  long double operator()(index_t i, index_t j) const { return values_[j * rows_ + i]; }

 private:
  index_t rows_ = 0, cols_ = 0;
  std::vector<long double> values_;
};

inline long double dot(const long double* a, const long double* b, index_t n) {
  long double sums[4] = {};
  index_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (index_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < n; ++i) sums[0] += a[i] * b[i];
  return sums[0] + sums[1] + sums[2] + sums[3];
}

/// K(i, j) = value(sums(x_i, y_j)).  X: d x n, Y: d x m.
template <class T, class Value>
LongMatrix long_gram(const Mat<T>& X, const Mat<T>& Y, Value value) {
  LongMatrix K(X.n_cols, Y.n_cols);
  parallel_for(K.cols(), 0, [&](index_t j, int) {
    for (index_t i = 0; i < K.rows(); ++i) {
      K(i, j) = value(naive::sums(X.colptr(i), Y.colptr(j), X.n_rows));
    }
  });
  return K;
}

/// S V for a symmetric S.
inline LongMatrix multiply_symmetric(const LongMatrix& S, const LongMatrix& V) {
  LongMatrix out(S.rows(), V.cols());
  for (index_t c = 0; c < V.cols(); ++c) {
    for (index_t i = 0; i < S.rows(); ++i) out(i, c) = dot(S.column(i), V.column(c), S.rows());
  }
  return out;
}

/// A^-1 B for a symmetric positive definite A, of which the upper half is read, by Cholesky.
inline LongMatrix solve_positive_definite(LongMatrix A, LongMatrix B) {
  const index_t n = A.rows(), group = 32;
  for (index_t j = 0; j < n; ++j) {  // row j of U: all columns i >= j
    long double* own = A.column(j);
    const long double pivot = own[j] - dot(own, own, j);
    if (!(pivot > 0)) throw std::runtime_error("the truth is not positive definite");
    own[j] = std::sqrt(pivot);
    const index_t rest = n - j - 1;
    const bool is_small = rest * j < 20000;  // not worth a team
    parallel_for((rest + group - 1) / group, is_small ? 1 : 0, [&](index_t item, int) {
      const index_t begin = j + 1 + item * group;
      for (index_t i = begin; i < std::min(begin + group, n); ++i) {
        A(j, i) = (A(j, i) - dot(own, A.column(i), j)) / own[j];
      }
    });
  }
  for (index_t c = 0; c < B.cols(); ++c) {
    long double* b = B.column(c);
    for (index_t i = 0; i < n; ++i) b[i] = (b[i] - dot(A.column(i), b, i)) / A(i, i);
    for (index_t i = n; i-- > 0;) {
      b[i] /= A(i, i);
      for (index_t k = 0; k < i; ++k) b[k] -= A(k, i) * b[i];
    }
  }
  return B;
}

}  // namespace mercer::test
