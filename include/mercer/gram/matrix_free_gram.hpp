// A Gram matrix that is computed when asked for, tile by tile.
#pragma once

#include <memory>
#include <span>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// K(X, X) or K(X, Y), never stored: O(d n) memory beside the points.
template <class T>
class MatrixFreeGram final : public GramOperator<T> {
 public:
  /// K(X, X), n x n. X: d x n, borrowed: it must outlive the operator.
  /// Throws std::invalid_argument if X holds NaN or infinities.
  MatrixFreeGram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options = {});
  MatrixFreeGram(const Kernel& kernel, const SpMat<T>& X, const GramOptions& options = {});

  /// K(X, Y), n x m. X: d x n, Y: d x m, matrices or views of points, both borrowed.
  MatrixFreeGram(const Kernel& kernel, Points<T> X, Points<T> Y, const GramOptions& options = {});

  ~MatrixFreeGram() override;

  double entry_error() const override { return bound_->entry_error(); }
  index_t features_per_value() const override { return X_.dim(); }

 private:
  struct Owned;
  MatrixFreeGram(const Kernel& kernel, std::unique_ptr<Owned> points, const GramOptions& options);

  template <class Out>
  void gather(std::span<const index_t> columns, Out* out, index_t stride, Poll poll) const;

  void do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const override;
  void do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const override;
  void do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const override;
  void do_dense(Mat<T>& out, Poll poll) const override;
  void do_gather_columns_in_float(std::span<const index_t> columns, float* out, index_t stride,
                                  Poll poll) const override;
  void do_dense_in_float(float* out, index_t stride, Poll poll) const override;
  void do_tiles(SymmetricTiles<T>& out, Poll poll) const override;
  void do_tiles_in_float(SymmetricTiles<float>& out, Poll poll) const override;
  template <class Out>
  void fill_tiles(SymmetricTiles<Out>& out, Poll poll) const;
  void do_diagonal(Col<T>& out) const override;
  std::unique_ptr<GramOperator<T>> do_submatrix(std::span<const index_t> rows,
                                                std::span<const index_t> columns) const override;

  AnyKernel kernel_;
  std::unique_ptr<Owned> owned_;  // the points of a submatrix
  Points<T> X_;
  Points<T> Y_;
  std::unique_ptr<BoundKernel<T>> bound_;
  GramOptions options_;
};

}  // namespace mercer
