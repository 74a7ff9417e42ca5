// A view of points: d x n, one column per point, dense or sparse.
#pragma once

#include <memory>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

template <class T>
class StatisticPool;

/// The features of a point that are stored: values[i] at feature features[i], i < count, in
/// increasing order; all others are 0.
template <class T>
struct SparsePoint {
  const T* values;
  const index_t* features;
  index_t count;
};

/// Borrows n points of dimension d: a dense matrix, whose point j is the d values from
/// data() + j * dim(), or a sparse one (CSC). The matrix must outlive the view.
template <class T>
class Points {
 public:
  Points() = default;
  Points(const Mat<T>& X)  // NOLINT: implicit, so that matrices are points; X: d x n
      : data_(X.memptr()), dim_(X.n_rows), count_(X.n_cols) {}
  Points(const SpMat<T>& X)  // NOLINT: implicit; X: d x n
      : sparse_(&X), dim_(X.n_rows), count_(X.n_cols) {
    X.sync();  // brings what was written element by element into place
  }
  Points(const T* data, index_t dim, index_t count) : data_(data), dim_(dim), count_(count) {}

  /// The same view with a pool of what kernels share; see sharing() in statistic.hpp.
  Points(const Points& points, std::shared_ptr<StatisticPool<T>> pool) : Points(points) {
    pool_ = std::move(pool);
  }

  index_t dim() const { return dim_; }
  index_t count() const { return count_; }
  bool is_sparse() const { return sparse_ != nullptr; }

  /// Dense points only.
  const T* data() const { return data_; }
  const T* point(index_t j) const { return data_ + j * dim_; }

  /// Sparse points only.
  SparsePoint<T> stored(index_t j) const {
    const index_t begin = sparse_->col_ptrs[j];
    return {sparse_->values + begin, sparse_->row_indices + begin,
            sparse_->col_ptrs[j + 1] - begin};
  }

  /// All dim() values of point j, dense or sparse.
  void copy_point(index_t j, T* out) const;

  const std::shared_ptr<StatisticPool<T>>& pool() const { return pool_; }

  /// True if both views show the same memory: what is prepared for one then serves both.
  bool same_as(const Points& other) const {
    return data_ == other.data_ && sparse_ == other.sparse_ && dim_ == other.dim_ &&
           count_ == other.count_;
  }

 private:
  const T* data_ = nullptr;
  const SpMat<T>* sparse_ = nullptr;
  index_t dim_ = 0;
  index_t count_ = 0;
  std::shared_ptr<StatisticPool<T>> pool_;
};

/// Points in memory of their own, dense or sparse.
template <class T>
struct OwnedPoints {
  Mat<T> dense;
  SpMat<T> sparse;
  bool is_sparse = false;

  Points<T> view() const { return is_sparse ? Points<T>(sparse) : Points<T>(dense); }
};

/// Throws if a point holds a NaN or an infinity: "<where>: X must be finite, X(2, 7) is nan".
template <class T>
void require_finite(const char* where, const char* name, Points<T> points);

}  // namespace mercer
