#include "mercer/gram/column_cache.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"

namespace mercer {
namespace {

// A user's kernel may return NaN; a solver would not notice, for every comparison with it is false.
template <class T>
void require_finite_column(const Mat<T>& column, index_t j) {
  for (index_t i = 0; i < column.n_rows; ++i) {
    if (std::isfinite(column(i, 0))) continue;
    throw NonFiniteError("ColumnCache", "K", i, j, static_cast<double>(column(i, 0)));
  }
}

}  // namespace

template <class T>
ColumnCache<T>::ColumnCache(const GramOperator<T>& K, std::size_t budget)
    : K_(K), where_(K.n_cols(), order_.end()) {
  const std::size_t column_bytes = std::max<std::size_t>(1, K.n_rows()) * sizeof(T);
  require_budget("ColumnCache", "two columns of kernel values", 2 * column_bytes, budget);
  capacity_ = std::min<std::size_t>(std::max<std::size_t>(2, K.n_cols()),
                                    resolve_memory_budget(budget) / column_bytes);
}

template <class T>
typename ColumnCache<T>::Pinned ColumnCache<T>::column(index_t j) {
  if (j >= where_.size()) {
    throw std::invalid_argument("ColumnCache::column: j must be below " +
                                std::to_string(where_.size()) + ", is " + std::to_string(j));
  }
  if (where_[j] != order_.end()) {
    order_.splice(order_.begin(), order_, where_[j]);
    return Pinned(order_.front());
  }
  if (order_.size() < capacity_) {
    order_.push_front({j, std::make_unique_for_overwrite<T[]>(K_.n_rows()), 0});
  } else {
    const auto oldest = std::find_if(order_.rbegin(), order_.rend(),
                                     [](const Slot& slot) { return slot.pins == 0; });
    if (oldest == order_.rend()) throw LogicError("ColumnCache::column: all columns are pinned");
    order_.splice(order_.begin(), order_, std::prev(oldest.base()));
    where_[order_.front().column] = order_.end();
    order_.front().column = j;
  }
  where_[j] = order_.begin();
  Slot& slot = order_.front();
  Mat<T> view(slot.values.get(), K_.n_rows(), 1, false, true);
  try {
    K_.gather_columns(std::span<const index_t>(&j, 1), view);
    require_finite_column(view, j);
  } catch (...) {  // a column that was not computed must not be found
    where_[j] = order_.end();
    order_.pop_front();
    throw;
  }
  ++computed_;
  return Pinned(slot);
}

template class ColumnCache<double>;
template class ColumnCache<float>;

}  // namespace mercer
