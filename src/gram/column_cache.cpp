#include "mercer/gram/column_cache.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"

namespace mercer {
namespace {

constexpr index_t line = 16;  // floats of a cache line

// By the bits of the exponent, so that the compiler makes vectors of it.
bool all_finite(const float* values, index_t count) {
  constexpr std::uint32_t exponent = 0x7f800000;
  std::uint32_t bad = 0;
  for (index_t i = 0; i < count; ++i) {
    bad |= (std::bit_cast<std::uint32_t>(values[i]) & exponent) == exponent ? 1U : 0U;
  }
  return bad == 0;
}

}  // namespace

// A user's kernel may return NaN; a solver would not notice, for every comparison with it is false.
template <class T>
void require_finite_floats(const GramOperator<T>& K, const float* values, Range rows, index_t j) {
  if (all_finite(values, rows.size())) return;
  index_t i = rows.begin;
  while (std::isfinite(values[i - rows.begin])) ++i;
  Mat<T> column;
  K.gather_columns(std::span<const index_t>(&j, 1), column);
  throw NonFiniteError("ColumnCache", "K", i, j, static_cast<double>(column(i, 0)));
}

template void require_finite_floats(const GramOperator<double>&, const float*, Range, index_t);
template void require_finite_floats(const GramOperator<float>&, const float*, Range, index_t);

template <class T>
ColumnCache<T>::ColumnCache(const GramOperator<T>& K, std::size_t budget, index_t at_once,
                            index_t room)
    : K_(K),
      budget_(resolve_memory_budget(budget)),
      stride_((K.n_rows() + room + line - 1) / line * line),
      where_(K.n_rows(), order_.end()) {
  const std::size_t bytes = stride_ * sizeof(float);
  if (2 * bytes > budget_) {
    const std::string n = std::to_string(K.n_rows());
    throw BudgetError("ColumnCache",
                      "the budget of " + bytes_text(budget_) +
                          " is less than two columns of K: " + n + " kernel values in float take " +
                          bytes_text(bytes) + " a column, all " + n + " columns " +
                          bytes_text(bytes * K.n_rows()) + "; " + std::to_string(2 * bytes) +
                          " bytes are enough, and more is faster until all columns fit");
  }
  capacity_ = budget_ / bytes;
  at_once_ = std::min<index_t>(at_once, capacity_);
}

template <class T>
bool ColumnCache<T>::all_fit() const {
  return K_.n_rows() <= capacity_;
}

// Zeros after each column, and the check.
template <class T>
void ColumnCache<T>::finish(Mat<float>& block, std::span<const index_t> columns, Poll poll) const {
  const index_t n = K_.n_rows();
  for (index_t k = 0; k < columns.size(); ++k) {
    poll();
    require_finite_floats(K_, block.colptr(k), {0, n}, columns[k]);
    std::fill(block.colptr(k) + n, block.colptr(k) + stride_, 0.0F);
  }
}

template <class T>
void ColumnCache<T>::fetch_all(Poll poll) {
  if (!all_fit() || this->all() != nullptr) return;
  const index_t n = K_.n_rows();
  Mat<float> all(stride_, n, arma::fill::none);
  K_.dense_in_float(all.memptr(), stride_, poll);
  std::vector<index_t> columns(n);
  std::iota(columns.begin(), columns.end(), index_t{0});
  finish(all, columns, poll);
  order_.clear();
  std::fill(where_.begin(), where_.end(), order_.end());
  blocks_.clear();
  all_ = std::move(all);
}

// While there is room, columns stay where they are computed; then they go to the places of those
// that were not used for the longest time.
template <class T>
void ColumnCache<T>::compute(std::span<const index_t> columns, Poll poll) {
  Mat<float> block(stride_, columns.size(), arma::fill::none);
  prefer_huge_pages(block.memptr(), block.n_elem * sizeof(float));
  K_.gather_columns_in_float(columns, block.memptr(), stride_, poll);
  finish(block, columns, poll);
  const bool room = order_.size() + columns.size() <= capacity_;
  for (index_t k = 0; k < columns.size(); ++k) {
    if (room) {
      order_.push_front({columns[k], block.colptr(k)});
    } else if (order_.size() < capacity_) {
      blocks_.emplace_back(stride_, 1, arma::fill::none);
      order_.push_front({columns[k], blocks_.back().memptr()});
    } else {
      where_[order_.back().column] = order_.end();
      order_.splice(order_.begin(), order_, std::prev(order_.end()));
      order_.front().column = columns[k];
    }
    if (!room) std::copy_n(block.colptr(k), stride_, order_.front().values);
    where_[columns[k]] = order_.begin();
  }
  if (room) blocks_.push_back(std::move(block));
  computed_ += columns.size();
}

template <class T>
void ColumnCache<T>::fetch(std::span<const index_t> columns, std::vector<const float*>& out,
                           Poll poll) {
  if (columns.size() > at_once_) {
    throw std::invalid_argument("ColumnCache::fetch: columns must be at most " +
                                std::to_string(at_once_) + ", are " +
                                std::to_string(columns.size()));
  }
  for (const index_t j : columns) {
    if (j < where_.size()) continue;
    throw std::invalid_argument("ColumnCache::fetch: columns must be below " +
                                std::to_string(where_.size()) + ", one is " + std::to_string(j));
  }
  out.resize(columns.size());
  if (all() == nullptr && all_fit() && computed_ > K_.n_rows() / 16) fetch_all(poll);
  if (all() != nullptr) {
    for (index_t k = 0; k < columns.size(); ++k) out[k] = all_.colptr(columns[k]);
    return;
  }
  std::vector<index_t> missing;
  for (const index_t j : columns) {
    if (where_[j] == order_.end()) {
      missing.push_back(j);
    } else {  // to the front, so that it stays
      order_.splice(order_.begin(), order_, where_[j]);
    }
  }
  if (!missing.empty()) compute(missing, poll);
  for (index_t k = 0; k < columns.size(); ++k) out[k] = where_[columns[k]]->values;
}

template <class T>
std::vector<index_t> ColumnCache<T>::kept() const {
  std::vector<index_t> out;
  for (const Slot& slot : order_) out.push_back(slot.column);
  std::reverse(out.begin(), out.end());
  return out;
}

template <class T>
void ColumnCache<T>::restore(std::span<const index_t> columns, std::size_t computed, Poll poll) {
  for (index_t begin = 0; begin < columns.size(); begin += at_once_) {
    compute(columns.subspan(begin, std::min(at_once_, columns.size() - begin)), poll);
  }
  computed_ = computed;
}

template class ColumnCache<double>;
template class ColumnCache<float>;

}  // namespace mercer
