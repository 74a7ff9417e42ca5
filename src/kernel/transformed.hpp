// Binding a kernel to transformed copies of the points: what Ard, Subset and Cosine share.
#pragma once

#include <memory>
#include <utility>

#include "mercer/core/function_ref.hpp"
#include "mercer/kernel/kernel.hpp"
#include "tile/owned_points.hpp"

namespace mercer {

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

/// The derivatives of a kernel on transformed copies of the points, which it owns.
class TransformedGradient : public BoundGradient {
 public:
  TransformedGradient(const Kernel& inner, OwnedPoints<double> X)
      : X_(std::move(X)), inner_(inner.bind_gradient(X_.view())) {}

 protected:
  index_t inner_dim() const { return X_.view().dim(); }
  const BoundGradient& inner() const { return *inner_; }

 private:
  OwnedPoints<double> X_;
  std::unique_ptr<BoundGradient> inner_;
};

}  // namespace mercer
