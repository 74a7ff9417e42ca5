#include "mercer/selection/folds.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "model/folds.hpp"
#include "tile/owned_points.hpp"

namespace mercer {
namespace {

// How many folds there are.
index_t checked_count(const arma::uvec& fold_of) {
  const index_t n = fold_of.n_elem;
  const index_t largest = n == 0 ? 0 : fold_of.max();
  if (largest == 0 || largest >= n) {
    throw std::invalid_argument("Folds: fold_of must have its values in 0, 1, ..., folds - 1, 2 " +
                                ("<= folds <= " + std::to_string(n)) + ", the largest is " +
                                std::to_string(largest));
  }
  std::vector<bool> seen(largest + 1, false);
  for (const index_t fold : fold_of) seen[fold] = true;
  const auto absent = std::find(seen.begin(), seen.end(), false);
  if (absent != seen.end()) {
    throw std::invalid_argument("Folds: each fold must have a row, fold " +
                                std::to_string(absent - seen.begin()) + " has none");
  }
  return largest + 1;
}

void require_count(const std::string& where, index_t n, index_t k, index_t repeats) {
  if (k < 2 || k > n) {
    throw std::invalid_argument(where + ": k must be at least 2 and at most " + std::to_string(n) +
                                ", the rows, is " + std::to_string(k));
  }
  if (repeats == 0) throw std::invalid_argument(where + ": repeats must be at least 1, is 0");
}

ClassOrder one_class(index_t n) {
  ClassOrder order;
  order.rows = all_indices(n);
  order.of_class = {{0, n}};
  order.C.ones(n);
  return order;
}

Folds dealt(const ClassOrder& order, index_t k, std::uint64_t seed, index_t repeats) {
  std::vector<arma::uvec> fold_of;
  for (index_t r = 0; r < repeats; ++r) fold_of.push_back(stratified_folds(order, k, seed + r));
  return Folds(std::move(fold_of));
}

}  // namespace

Folds::Folds(arma::uvec fold_of) : Folds(std::vector<arma::uvec>{std::move(fold_of)}) {}

Folds::Folds(std::vector<arma::uvec> fold_of) : fold_of_(std::move(fold_of)) {
  if (fold_of_.empty()) throw std::invalid_argument("Folds: there is no division of the rows");
  for (const arma::uvec& one : fold_of_) {
    require_rows("Folds", "fold_of", one.n_elem, rows(), "as the first division");
    first_.push_back(repeat_.size());
    repeat_.insert(repeat_.end(), checked_count(one), first_.size() - 1);
  }
}

Split Folds::split(index_t i) const {
  const index_t repeat = repeat_.at(i);
  const arma::uvec& fold_of = fold_of_[repeat];
  const index_t fold = i - first_[repeat];
  return {arma::find(fold_of != fold), arma::find(fold_of == fold)};
}

Folds k_folds(index_t n, index_t k, std::uint64_t seed, index_t repeats) {
  require_count("k_folds", n, k, repeats);
  return dealt(one_class(n), k, seed, repeats);
}

Folds stratified_folds(const arma::ivec& labels, index_t k, std::uint64_t seed, index_t repeats) {
  require_count("stratified_folds", labels.n_elem, k, repeats);
  return dealt(order_by_class("stratified_folds", labels, {}, {}), k, seed, repeats);
}

Folds leave_one_out(index_t n) {
  if (n < 2) {
    throw std::invalid_argument("leave_one_out: n must be at least 2, is " + std::to_string(n));
  }
  return Folds(arma::regspace<arma::uvec>(0, n - 1));
}

}  // namespace mercer
