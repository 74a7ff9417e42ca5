// Columns of kernel values in float, kept in memory as long as there is room.
#pragma once

#include <cstddef>
#include <list>
#include <span>
#include <vector>

#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// Throws NonFiniteError with the place and the value of K, unless the floats are finite that
/// K(rows, column) was rounded to.
template <class T>
void require_finite_floats(const GramOperator<T>& K, const float* values, Range rows,
                           index_t column);

/// All columns of K, or those used last, rounded to float. Not thread-safe: one solver owns it.
template <class T>
class ColumnCache {
 public:
  /// K: n x n, borrowed. budget: bytes; 0: three quarters of the machine's memory. at_once: the
  /// most columns of one fetch. Columns are followed by 0s, up to a length of stride() values, at
  /// least n + room. Throws BudgetError with the plan if the budget holds less than
  /// two columns.
  ColumnCache(const GramOperator<T>& K, std::size_t budget, index_t at_once, index_t room = 0);
  ColumnCache(const ColumnCache&) = delete;
  ColumnCache& operator=(const ColumnCache&) = delete;

  /// Columns of one fetch: at_once, or what the budget allows.
  index_t at_once() const { return at_once_; }

  std::size_t capacity() const { return capacity_; }  // columns
  std::size_t computed() const { return computed_; }  // so far, again included, those of all() not

  /// From a column to the next where all are there.
  index_t stride() const { return stride_; }

  /// Computes all columns now, by halves. Nothing if they do not fit into the budget. Where poll
  /// throws, here and in fetch, the columns are those that were there before.
  void fetch_all(Poll poll = no_poll);

  /// All columns side by side, or nullptr.
  const float* all() const { return all_.is_empty() ? nullptr : all_.memptr(); }

  /// out[k] = column columns[k], valid until the next fetch; no column twice. Once a sixteenth
  /// of the columns was computed, all are, if they fit: by symmetry, that costs as half of them.
  /// Throws NonFiniteError where a kernel value is NaN, infinite or beyond float,
  /// std::invalid_argument if there are more columns than at_once().
  void fetch(std::span<const index_t> columns, std::vector<const float*>& out, Poll poll = no_poll);

  /// The columns that are there, unless all() are, the one that was not used for the longest time
  /// first.
  std::vector<index_t> kept() const;

  /// Computes columns that another cache kept() when it had computed() so many, so that this one,
  /// new and of the same capacity, does from here on what that one would. Throws as fetch.
  void restore(std::span<const index_t> columns, std::size_t computed, Poll poll = no_poll);

 private:
  struct Slot {
    index_t column;
    float* values;  // in one of blocks_
  };
  using Order = std::list<Slot>;  // most recently used first

  bool all_fit() const;
  void compute(std::span<const index_t> columns, Poll poll);
  void finish(Mat<float>& block, std::span<const index_t> columns, Poll poll) const;

  const GramOperator<T>& K_;
  std::size_t budget_;
  index_t stride_;
  std::size_t capacity_;
  index_t at_once_;
  std::size_t computed_ = 0;
  Mat<float> all_;  // stride x n
  Order order_;
  std::vector<typename Order::iterator> where_;  // by column; order_.end() if absent
  std::list<Mat<float>> blocks_;
};

}  // namespace mercer
