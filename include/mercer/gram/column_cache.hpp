// Columns of a Gram matrix kept in memory, the least recently used given up first.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// An LRU cache in front of any GramOperator. Not thread-safe: one solver owns it.
template <class T>
class ColumnCache {
  struct Slot {
    index_t column;
    std::unique_ptr<T[]> values;
    int pins = 0;
  };

 public:
  /// A column that stays in memory as long as the handle lives.
  class Pinned {
   public:
    Pinned(Pinned&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
    Pinned& operator=(Pinned&&) = delete;
    ~Pinned() {
      if (slot_ != nullptr) --slot_->pins;
    }
    const T* data() const { return slot_->values.get(); }  // n_rows() values

   private:
    friend class ColumnCache;
    explicit Pinned(Slot& slot) : slot_(&slot) { ++slot.pins; }
    Slot* slot_;
  };

  /// Keeps as many columns as the budget allows, at least two. K is borrowed.
  /// budget: bytes; 0: three quarters of the machine's memory. Memory is taken as columns come.
  /// Throws BudgetError if the budget is smaller than two columns.
  ColumnCache(const GramOperator<T>& K, std::size_t budget);
  ColumnCache(const ColumnCache&) = delete;
  ColumnCache& operator=(const ColumnCache&) = delete;

  /// Column j, from memory or computed now. Throws LogicError if all the columns that fit are
  /// pinned, std::invalid_argument if j is out of range or a kernel value is NaN or infinite.
  Pinned column(index_t j);

  const GramOperator<T>& gram() const { return K_; }
  std::size_t capacity() const { return capacity_; }  // columns
  std::size_t computed() const { return computed_; }  // columns computed so far, again included

 private:
  using Order = std::list<Slot>;  // most recently used first

  const GramOperator<T>& K_;
  std::size_t capacity_;
  std::size_t computed_ = 0;
  Order order_;
  std::vector<typename Order::iterator> where_;  // per column; order_.end() if absent
};

}  // namespace mercer
