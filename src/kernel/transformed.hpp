// Binding a kernel to transformed copies of the points: what Ard, Subset and Cosine share.
#pragma once

#include <memory>

#include "mercer/core/function_ref.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// A bound kernel that owns the points its inner one looks at.
template <class T>
class BoundTransformed final : public BoundKernel<T> {
 public:
  using Transform = FunctionRef<Mat<T>(Points<T>)>;
  using Bind = FunctionRef<std::unique_ptr<BoundKernel<T>>(Points<T>, Points<T>)>;

  BoundTransformed(Points<T> X, Points<T> Y, Transform transform, Bind bind_inner)
      : X_(transform(X)) {
    if (X.same_as(Y)) {
      inner_ = bind_inner(X_, X_);
    } else {
      Y_ = transform(Y);
      inner_ = bind_inner(X_, Y_);
    }
  }

  void fill(Range rows, Range cols, Tile<T> out, Scratch& scratch) const override {
    inner_->fill(rows, cols, out, scratch);
  }
  void diagonal(Range points, T* out) const override { inner_->diagonal(points, out); }

 private:
  Mat<T> X_;
  Mat<T> Y_;  // empty if both sets are one
  std::unique_ptr<BoundKernel<T>> inner_;
};

}  // namespace mercer
