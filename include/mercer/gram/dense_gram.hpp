// A Gram matrix that is stored: the door for precomputed kernels.
#pragma once

#include <memory>
#include <span>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// K as it is given. For fit: n x n over the training points, symmetric; for predict: one row per
/// new point, one column per support point of the model.
template <class T>
class DenseGram final : public GramOperator<T> {
 public:
  /// Takes K by value: move it in to spare the copy.
  /// Throws std::invalid_argument if K holds NaN or infinities.
  explicit DenseGram(Mat<T> K, const GramOptions& options = {});

  const Mat<T>& matrix() const { return K_; }

 private:
  void do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const override;
  void do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const override;
  void do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const override;
  void do_dense(Mat<T>& out, Poll poll) const override;
  void do_diagonal(Col<T>& out) const override;
  std::unique_ptr<GramOperator<T>> do_submatrix(std::span<const index_t> rows,
                                                std::span<const index_t> columns) const override;

  Mat<T> K_;
  GramOptions options_;
};

}  // namespace mercer
