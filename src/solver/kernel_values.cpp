#include "solver/kernel_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"
#include "solver/kernel_sums.hpp"
#include "solver/newton_step.hpp"

namespace mercer {
namespace {

// Up to here all of K is computed before the first step.
constexpr index_t few_variables = 6144;

// Variables of a block whose columns are fetched: its 512 x 512 floats stay in a level-2 cache of
// 1 MiB.
constexpr index_t fetched_block = 512;

// Where an entry of K is computed from few features, it is computed again rather than kept: up to
// so many, in blocks of up to so many variables. (diamonds, 9 features: 20000 x 20000 floats take
// longer to be cleared for us than to be computed: 4.2 s in all, so 1.4.)
constexpr index_t few_features = 32;
constexpr index_t large_block = 4096;

// The fewest variables of a block: where columns are fetched, those that nobody needs are not.
// (512 from the start: shuttle takes 0.47 s, so 0.18 s; of computed ones, 64: 0.17 s, so 0.13 s.)
constexpr index_t least_fetched = 64;
constexpr index_t least_computed = 256;

}  // namespace

template <class T>
bool keeps_nothing(const GramOperator<T>& K, index_t variables) {
  return variables > few_variables && K.features_per_value() <= few_features;
}
template bool keeps_nothing(const GramOperator<double>&, index_t);
template bool keeps_nothing(const GramOperator<float>&, index_t);

template <class T>
KernelValues<T>::KernelValues(const GramOperator<T>& K, const SvmDual& dual,
                              const SvmOptions& options, const StoredColumns* stored,
                              std::function<void()> poll)
    : K_(K),
      options_(options),
      at_(dual),
      poll_(std::move(poll)),
      stored_(stored),
      by_products_(stored == nullptr && keeps_nothing(K, dual.size())) {
  // Less than two columns are refused, by the cache, whether they would be kept or not.
  by_products_ = by_products_ && budget() >= 2 * K.n_rows() * sizeof(float);
  if (stored != nullptr || by_products_) return;
  const index_t at_once = dual.size() <= few_variables ? dual.size() : fetched_block;
  columns_.emplace(K, options.memory_budget, at_once, smo_padding);
}

template <class T>
std::size_t KernelValues<T>::budget() const {
  return resolve_memory_budget(options_.memory_budget);
}

template <class T>
index_t KernelValues<T>::computed_block() const {
  const auto edge = static_cast<index_t>(std::sqrt(budget() / sizeof(float)));
  return std::clamp(edge, smo_padding, large_block);
}

template <class T>
Col<double> KernelValues<T>::diagonal() const {
  if (stored_ != nullptr) return stored_->diagonal;
  const Col<T> all = K_.diagonal();
  Col<double> out(at_.dual.size());
  for (index_t i = 0; i < out.n_elem; ++i) out(i) = static_cast<double>(all(at_.dual.row(i)));
  return out;
}

template <class T>
void KernelValues<T>::keep_columns() {
  by_products_ = false;
  columns_.emplace(K_, options_.memory_budget, fetched_block, smo_padding);
}

// Blocks that hold little more than the free variables converge slowly.
template <class T>
void KernelValues<T>::settle(const SmoVariables& v) {
  if (all_there()) return;
  const index_t size = at_.dual.size();
  if (by_products_) {
    if (free_places(v).size() < computed_block() / 4 * 3) return;
    if ((K_.n_rows() + 2 * smo_padding) * K_.n_rows() * sizeof(float) > budget()) return;
    keep_columns();
  } else if (size > few_variables) {
    return;
  }
  columns_->fetch_all(poll_);
}

template <class T>
SmoColumns KernelValues<T>::all() const {
  SmoColumns out;
  for (std::size_t g = 0; g < 2; ++g) {
    out[g].resize(at_.second_begin + smo_padded(at_.dual.rows[1].size()));
    for (index_t i = 0; i < at_.dual.size(); ++i) {
      out[g][at_.place(i)] =
          stored_ != nullptr
              ? stored_->float_column[g][i]
              : columns_->all() + at_.dual.row(i) * columns_->stride() + at_.dual.rows[g].begin;
    }
  }
  return out;
}

template <class T>
WorkingSet KernelValues<T>::working_set() const {
  return by_products_ ? WorkingSet(least_computed, computed_block())
                      : WorkingSet(least_fetched, columns_->at_once());
}

template <class T>
void KernelValues<T>::pack(PackedBlock& block, const SmoVariables& v,
                           const std::vector<index_t>& places) {
  block.pack(v, places);
  packed_ = places;
  if (by_products_) return compute(block);
  packed_columns_ = fetch(places);
  block.copy_values(packed_columns_, options_.threads);
}

template <class T>
void KernelValues<T>::compute(PackedBlock& block) const {
  std::vector<index_t> rows(block.stride());
  for (index_t b = 0; b < rows.size(); ++b) rows[b] = at_.row(block.source(b));
  K_.submatrix(rows, rows)->dense_in_float(block.values(), block.stride(), poll_);
  for (index_t b = 0; b < rows.size(); ++b) {
    const float* column = block.values() + b * block.stride();
    const auto bad = std::find_if_not(column, column + rows.size(),
                                      [](float value) { return std::isfinite(value); });
    if (bad == column + rows.size()) continue;
    const index_t i = rows[static_cast<std::size_t>(bad - column)];
    require_finite_floats(K_, bad, {i, i + 1}, rows[b]);
  }
}

// A row that two variables share is one column.
template <class T>
SmoColumns KernelValues<T>::fetch(const std::vector<index_t>& places) {
  SmoColumns out;
  std::vector<index_t> unique(places.size());
  std::transform(places.begin(), places.end(), unique.begin(),
                 [&](index_t k) { return at_.row(k); });
  std::sort(unique.begin(), unique.end());
  unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
  std::vector<const float*> fetched;
  columns_->fetch(unique, fetched, poll_);
  for (const index_t k : places) {
    const auto at = std::lower_bound(unique.begin(), unique.end(), at_.row(k)) - unique.begin();
    for (std::size_t g = 0; g < 2; ++g) {
      out[g].push_back(fetched[static_cast<std::size_t>(at)] + at_.dual.rows[g].begin);
    }
  }
  return out;
}

template <class T>
void KernelValues<T>::subtract(SmoVariables& v, const SmoChanges& changes) {
  if (by_products_) return subtract_products(v, changes);
  SmoColumns changed;
  index_t k = 0;
  for (const index_t place : changes.places) {
    while (packed_[k] != place) ++k;
    for (std::size_t g = 0; g < 2; ++g) changed[g].push_back(packed_columns_[g][k]);
  }
  subtract_steps(v, changed, changes.steps, options_.threads);
}

template <class T>
void KernelValues<T>::subtract_products(SmoVariables& v, const SmoChanges& changes) const {
  Col<double> delta(at_.dual.size(), arma::fill::zeros);
  for (index_t k = 0; k < changes.places.size(); ++k) {
    delta(at_.variable(changes.places[k])) = changes.steps[k];
  }
  const Col<double> products = kernel_sums(K_, at_.dual, delta, poll_);
  if (!products.is_finite()) name_bad_value(changes.places);
  for (index_t i = 0; i < products.n_elem; ++i) v.F[at_.place(i)] -= products(i);
}

// Which kernel value made a product NaN or infinite.
template <class T>
void KernelValues<T>::name_bad_value(const std::vector<index_t>& places) const {
  Mat<T> column;
  for (const index_t k : places) {
    const index_t j = at_.row(k);
    K_.gather_columns(std::span<const index_t>(&j, 1), column);
    for (index_t i = 0; i < at_.dual.size(); ++i) {
      const auto value = static_cast<double>(column(at_.dual.row(i), 0));
      if (!std::isfinite(value)) {
        throw NonFiniteError("solve_svm", "K", at_.dual.row(i), j, value);
      }
    }
  }
  throw std::invalid_argument("solve_svm: K times the bounds must be finite, a sum of them is not");
}

template <class T>
Col<double> KernelValues<T>::start_gradient() const {
  if (!stored_->gradient.is_empty()) return stored_->gradient;
  const SvmDual& dual = at_.dual;
  SmoVariables start(dual.rows[0].size(), dual.rows[1].size(), dual.separate, dual.tube);
  SmoColumns columns;
  std::vector<double> beta;
  for (index_t i = 0; i < dual.size(); ++i) {
    start.F[at_.place(i)] = dual.linear(i);
    if (dual.start(i) == 0) continue;
    for (std::size_t g = 0; g < 2; ++g) columns[g].push_back(stored_->float_column[g][i]);
    beta.push_back(dual.start(i));
  }
  subtract_steps(start, columns, beta, options_.threads);
  Col<double> out(dual.size(), arma::fill::none);
  for (index_t i = 0; i < dual.size(); ++i) out(i) = start.F[at_.place(i)];
  return out;
}

template <class T>
Col<double> KernelValues<T>::sums(const Col<double>& beta) const {
  const bool there = stored_ != nullptr && stored_->sums;
  return there ? stored_->sums(beta) : kernel_sums(K_, at_.dual, beta, poll_);
}

template <class T>
void KernelValues<T>::save(StateWriter& to) const {
  to.put(index_t{by_products_});
  to.put(index_t{all_there()});
  to.put(columns_ ? columns_->kept() : std::vector<index_t>());
  to.put(columns_ ? index_t{columns_->computed()} : index_t{0});
}

template <class T>
void KernelValues<T>::restore(StateReader& from) {
  const bool by_products = from.index(2) == 1;
  const bool all = from.index(2) == 1;
  const std::vector<index_t> kept =
      from.indices(columns_ ? columns_->capacity() : K_.n_rows(), K_.n_rows());
  const index_t computed = from.index(std::numeric_limits<index_t>::max());
  if (by_products_ && !by_products) keep_columns();
  if (!columns_) return;
  if (all) return columns_->fetch_all(poll_);
  columns_->restore(kept, computed, poll_);
}

template class KernelValues<double>;
template class KernelValues<float>;

}  // namespace mercer
