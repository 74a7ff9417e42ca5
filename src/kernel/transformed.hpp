// Binding a kernel to transformed copies of the points: what Ard, Subset and Cosine share.
#pragma once

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// Points in memory of their own, dense or sparse as those that they were made of.
template <class T>
struct OwnedPoints {
  Mat<T> dense;
  SpMat<T> sparse;
  bool is_sparse = false;

  Points<T> view() const { return is_sparse ? Points<T>(sparse) : Points<T>(dense); }
};

/// value(k, j, x) in place of every stored value x of feature k of point j; row[k] is where feature
/// k goes, or dropped.
inline constexpr index_t dropped = std::numeric_limits<index_t>::max();
template <class T, class Value>
SpMat<T> transform_stored(Points<T> points, index_t new_dim, const std::vector<index_t>& row,
                          Value value) {
  std::vector<index_t> places;  // pairs of row and column
  std::vector<T> values;
  for (index_t j = 0; j < points.count(); ++j) {
    const SparsePoint<T> x = points.stored(j);
    for (index_t i = 0; i < x.count; ++i) {
      const index_t k = x.features[i];
      if (row[k] == dropped) continue;
      places.insert(places.end(), {row[k], j});
      values.push_back(value(k, j, x.values[i]));
    }
  }
  return SpMat<T>(arma::Mat<index_t>(places.data(), 2, values.size()), Col<T>(values), new_dim,
                  points.count());
}

/// A bound kernel that owns the points its inner one looks at.
template <class T>
class BoundTransformed final : public BoundKernel<T> {
 public:
  using Transform = FunctionRef<OwnedPoints<T>(Points<T>)>;
  using Bind = FunctionRef<std::unique_ptr<BoundKernel<T>>(Points<T>, Points<T>)>;

  /// exact: the transformed values have no rounding errors.
  BoundTransformed(Points<T> X, Points<T> Y, Transform transform, Bind bind_inner, bool exact)
      : X_(transform(X)), exact_(exact) {
    if (X.same_as(Y)) {
      inner_ = bind_inner(X_.view(), X_.view());
    } else {
      Y_ = transform(Y);
      inner_ = bind_inner(X_.view(), Y_.view());
    }
  }

  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const override {
    inner_->fill(rows, cols, out, scratch);
  }
  void diagonal(Range points, T* out) const override { inner_->diagonal(points, out); }
  double entry_error() const override {
    return exact_ ? inner_->entry_error() : BoundKernel<T>::entry_error();
  }

 private:
  OwnedPoints<T> X_;
  OwnedPoints<T> Y_;  // empty if both sets are one
  bool exact_;
  std::unique_ptr<BoundKernel<T>> inner_;
};

}  // namespace mercer
