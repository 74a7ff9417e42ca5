// A kernel matrix of which only the size is known: for plans.
#pragma once

#include <memory>
#include <span>

#include "mercer/core/errors.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// n x n, of kernel values k(x_i, x_i) = `value` on its diagonal, each computed from d features.
/// It has no others: whatever asks for them throws LogicError.
template <class T>
class SizedGram final : public GramOperator<T> {
 public:
  SizedGram(index_t n, index_t d, T value) : GramOperator<T>(n, n), d_(d), value_(value) {}

  index_t features_per_value() const override { return d_; }

 private:
  [[noreturn]] static void refuse() { throw LogicError("SizedGram: there are no kernel values"); }

  void do_multiply(const Mat<T>&, Mat<T>&, Poll) const override { refuse(); }
  void do_multiply_in_double(const Mat<double>&, Mat<double>&, Poll) const override { refuse(); }
  void do_gather_columns(std::span<const index_t>, Mat<T>&) const override { refuse(); }
  void do_dense(Mat<T>&, Poll) const override { refuse(); }
  void do_diagonal(Col<T>& out) const override {
    out.set_size(this->n_rows());
    out.fill(value_);
  }
  std::unique_ptr<GramOperator<T>> do_submatrix(std::span<const index_t>,
                                                std::span<const index_t>) const override {
    refuse();
  }

  index_t d_;
  T value_;
};

}  // namespace mercer
