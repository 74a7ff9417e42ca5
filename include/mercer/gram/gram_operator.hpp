// A Gram matrix as solvers see it: products and columns, however it is stored.
#pragma once

#include <limits>
#include <memory>
#include <span>

#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"
#include "mercer/tile/symmetric_tiles.hpp"

namespace mercer {

/// The n x m matrix K of a kernel on two point sets (n x n on one), without saying where its
/// entries are. Public calls check shapes once; implementations compute. Results are the same bits
/// for any number of threads. Immutable and thread-safe.
template <class T>
class GramOperator {
 public:
  virtual ~GramOperator() = default;
  GramOperator(const GramOperator&) = delete;
  GramOperator& operator=(const GramOperator&) = delete;

  index_t n_rows() const { return n_rows_; }
  index_t n_cols() const { return n_cols_; }

  /// Bound on the relative error of every entry, as Report::entry_error; NaN if there is none.
  virtual double entry_error() const { return std::numeric_limits<double>::quiet_NaN(); }

  /// How many features an entry is computed from each time it is asked for: a hint on what it
  /// costs. unknown_features where entries are stored, or nothing is known.
  virtual index_t features_per_value() const { return unknown_features; }
  static constexpr index_t unknown_features = std::numeric_limits<index_t>::max();

  /// out = K V.  V: m x t, out: n x t. In this and what follows, poll may throw to end the work,
  /// which leaves some values of out undefined.
  void multiply(const Mat<T>& V, Mat<T>& out, Poll poll = no_poll) const;

  /// out = K V with entries and sums in double, for certificates of float models.
  void multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll = no_poll) const;

  /// out(:, k) = K(:, columns[k]).  out: n x columns.size(); memory of the right size is used
  /// again.
  void gather_columns(std::span<const index_t> columns, Mat<T>& out) const;

  /// out = K, n x m, symmetric halves computed once where they can be.
  void dense(Mat<T>& out, Poll poll = no_poll) const;

  /// The same values rounded to float, for solvers that keep many of them. out: memory of `stride`
  /// values per column, stride >= n_rows(); what lies between columns is left alone.
  void gather_columns_in_float(std::span<const index_t> columns, float* out, index_t stride,
                               Poll poll = no_poll) const;
  void dense_in_float(float* out, index_t stride, Poll poll = no_poll) const;

  /// One half of K, which must be square and is taken as symmetric. out: memory of n_rows() is used
  /// again.
  void tiles(SymmetricTiles<T>& out, Poll poll = no_poll) const;
  void tiles_in_float(SymmetricTiles<float>& out, Poll poll = no_poll) const;

  /// K_00, K_11, ...; K must be square.
  Col<T> diagonal() const;

  /// K(rows, columns) as an operator of its own.
  std::unique_ptr<GramOperator> submatrix(std::span<const index_t> rows,
                                          std::span<const index_t> columns) const;

 protected:
  GramOperator(index_t n_rows, index_t n_cols) : n_rows_(n_rows), n_cols_(n_cols) {}

  // By columns, for operators that know no better.
  virtual void do_tiles(SymmetricTiles<T>& out, Poll poll) const;
  virtual void do_tiles_in_float(SymmetricTiles<float>& out, Poll poll) const;

 private:
  virtual void do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const = 0;
  virtual void do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const = 0;
  virtual void do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const = 0;
  virtual void do_dense(Mat<T>& out, Poll poll) const = 0;
  virtual void do_gather_columns_in_float(std::span<const index_t> columns, float* out,
                                          index_t stride, Poll poll) const;
  virtual void do_dense_in_float(float* out, index_t stride, Poll poll) const;
  virtual void do_diagonal(Col<T>& out) const = 0;
  virtual std::unique_ptr<GramOperator> do_submatrix(std::span<const index_t> rows,
                                                     std::span<const index_t> columns) const = 0;

  index_t n_rows_;
  index_t n_cols_;
};

}  // namespace mercer
