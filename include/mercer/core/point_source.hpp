// Points that need not be in memory: they are read panel by panel.
#pragma once

#include <algorithm>

#include "mercer/core/types.hpp"

namespace mercer {

/// n points of dimension d that can be read as often as needed, in any order. A source gives the
/// same values each time. Calls come from one thread at a time.
template <class T>
class PointSource {
 public:
  virtual ~PointSource() = default;

  virtual index_t n() const = 0;    // points
  virtual index_t dim() const = 0;  // features

  /// out = the points first, ..., first + count - 1, all below n(); d x count. Memory of the right
  /// size is used again.
  virtual void read(index_t first, index_t count, Mat<T>& out) const = 0;
};

/// Points in memory, X: d x n, borrowed.
template <class T>
class MatrixPoints final : public PointSource<T> {
 public:
  explicit MatrixPoints(const Mat<T>& X) : X_(X) {}

  index_t n() const override { return X_.n_cols; }
  index_t dim() const override { return X_.n_rows; }
  void read(index_t first, index_t count, Mat<T>& out) const override {
    out.set_size(X_.n_rows, count);
    std::copy_n(X_.memptr() + first * X_.n_rows, out.n_elem, out.memptr());
  }

 private:
  const Mat<T>& X_;
};

}  // namespace mercer
