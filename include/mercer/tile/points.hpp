// A view of points: d x n, one column per point.
#pragma once

#include <memory>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

template <class T>
class StatisticPool;

/// Borrows n points of dimension d, column-major: point j is the d values from data() + j * dim().
/// The matrix must outlive the view.
template <class T>
class Points {
 public:
  Points() = default;
  Points(const Mat<T>& X)  // NOLINT: implicit, so that matrices are points; X: d x n
      : data_(X.memptr()), dim_(X.n_rows), count_(X.n_cols) {}
  Points(const T* data, index_t dim, index_t count) : data_(data), dim_(dim), count_(count) {}

  /// The same view with a pool of what kernels share; see sharing() in statistic.hpp.
  Points(const Points& points, std::shared_ptr<StatisticPool<T>> pool)
      : data_(points.data_), dim_(points.dim_), count_(points.count_), pool_(std::move(pool)) {}

  const T* data() const { return data_; }
  index_t dim() const { return dim_; }
  index_t count() const { return count_; }
  const T* point(index_t j) const { return data_ + j * dim_; }

  const std::shared_ptr<StatisticPool<T>>& pool() const { return pool_; }

  /// True if both views show the same memory: what is prepared for one then serves both.
  bool same_as(const Points& other) const {
    return data_ == other.data_ && dim_ == other.dim_ && count_ == other.count_;
  }

 private:
  const T* data_ = nullptr;
  index_t dim_ = 0;
  index_t count_ = 0;
  std::shared_ptr<StatisticPool<T>> pool_;
};

/// Throws if a point holds a NaN or an infinity: "<where>: X must be finite, X(2, 7) is nan".
template <class T>
void require_finite(const char* where, const char* name, Points<T> points) {
  require_finite(where, name,
                 Mat<T>(const_cast<T*>(points.data()), points.dim(), points.count(), false, true));
}

}  // namespace mercer
