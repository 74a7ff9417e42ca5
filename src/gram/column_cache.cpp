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

constexpr index_t line = 16;  // floats of a cache line

// A user's kernel may return NaN; a solver would not notice, for every comparison with it is false.
template <class T>
void require_finite_column(const GramOperator<T>& K, const float* values, index_t j) {
  const auto bad =
      std::find_if(values, values + K.n_rows(), [](float x) { return !std::isfinite(x); });
  if (bad == values + K.n_rows()) return;
  const auto i = static_cast<index_t>(bad - values);
  Mat<T> column;
  K.gather_columns(std::span<const index_t>(&j, 1), column);
  if (!std::isfinite(column(i, 0))) {
    throw NonFiniteError("ColumnCache", "K", i, j, static_cast<double>(column(i, 0)));
  }
  throw std::invalid_argument("ColumnCache: K must be in the range of float, up to 3.4e38; K(" +
                              std::to_string(i) + ", " + std::to_string(j) +
                              ") is larger: scale the features or the kernel");
}

}  // namespace

template <class T>
ColumnCache<T>::ColumnCache(const GramOperator<T>& K, std::size_t budget, index_t at_once,
                            index_t room)
    : K_(K),
      budget_(resolve_memory_budget(budget)),
      stride_((K.n_rows() + room + line - 1) / line * line),
      where_(K.n_rows(), order_.end()) {
  const std::size_t bytes = stride_ * sizeof(float);
  require_budget("ColumnCache", "two columns of " + std::to_string(K.n_rows()) + " kernel values",
                 2 * bytes, budget);
  capacity_ = budget_ / bytes;
  at_once_ = std::min<index_t>(at_once, capacity_);
}

template <class T>
bool ColumnCache<T>::all_fit() const {
  return K_.n_rows() <= capacity_;
}

template <class T>
void ColumnCache<T>::fetch_all() {
  if (!all_fit() || this->all() != nullptr) return;
  order_.clear();
  std::fill(where_.begin(), where_.end(), order_.end());
  const index_t n = K_.n_rows();
  Mat<float> all(stride_, n, arma::fill::none);
  K_.dense_in_float(all.memptr(), stride_);
  for (index_t j = 0; j < n; ++j) {
    require_finite_column(K_, all.colptr(j), j);
    std::fill(all.colptr(j) + n, all.colptr(j) + stride_, 0.0F);
  }
  all_ = std::move(all);
}

template <class T>
void ColumnCache<T>::compute(std::span<const index_t> columns) {
  const index_t n = K_.n_rows();
  block_.set_size(n, columns.size());
  K_.gather_columns_in_float(columns, block_.memptr(), n);
  for (index_t k = 0; k < columns.size(); ++k)
    require_finite_column(K_, block_.colptr(k), columns[k]);
  for (index_t k = 0; k < columns.size(); ++k) {
    if (order_.size() < capacity_) {
      order_.push_front({columns[k], std::make_unique<float[]>(stride_)});
    } else {
      where_[order_.back().column] = order_.end();
      order_.splice(order_.begin(), order_, std::prev(order_.end()));
      order_.front().column = columns[k];
    }
    std::copy_n(block_.colptr(k), n, order_.front().values.get());
    where_[columns[k]] = order_.begin();
  }
  computed_ += columns.size();
}

template <class T>
void ColumnCache<T>::fetch(std::span<const index_t> columns, std::vector<const float*>& out) {
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
  if (all() == nullptr && all_fit() && computed_ > K_.n_rows() / 4) fetch_all();
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
  if (!missing.empty()) compute(missing);
  for (index_t k = 0; k < columns.size(); ++k) out[k] = where_[columns[k]]->values.get();
}

template class ColumnCache<double>;
template class ColumnCache<float>;

}  // namespace mercer
