// A symmetric Gram matrix of which one half is stored, in tiles.
#pragma once

#include <memory>
#include <span>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/tile/symmetric_tiles.hpp"

namespace mercer {

/// K(X, X) in the tiles on and above its diagonal: about half the memory of DenseGram, and products
/// that read each value once for both halves.
template <class T>
class TiledGram final : public GramOperator<T> {
 public:
  /// X: d x n, dense or sparse; not needed any more once the operator is there.
  /// Throws std::invalid_argument if X holds NaN or infinities, BudgetError with the memory plan if
  /// the tiles exceed the budget.
  TiledGram(const Kernel& kernel, const Mat<T>& X, const GramOptions& options = {});
  TiledGram(const Kernel& kernel, const SpMat<T>& X, const GramOptions& options = {});

  /// The values of another operator, n x n, whose K is taken as symmetric; in float if T is.
  template <class U>
  explicit TiledGram(const GramOperator<U>& K, const GramOptions& options = {},
                     Poll poll = no_poll);

  double entry_error() const override { return entry_error_; }
  const SymmetricTiles<T>& stored() const { return tiles_; }

 private:
  TiledGram(const Kernel& kernel, Points<T> X, const GramOptions& options);

  void do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const override;
  void do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const override;
  void do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const override;
  void do_dense(Mat<T>& out, Poll poll) const override;
  void do_tiles(SymmetricTiles<T>& out, Poll poll) const override;
  void do_diagonal(Col<T>& out) const override;
  std::unique_ptr<GramOperator<T>> do_submatrix(std::span<const index_t> rows,
                                                std::span<const index_t> columns) const override;

  SymmetricTiles<T> tiles_;
  GramOptions options_;
  double entry_error_;
};

}  // namespace mercer
