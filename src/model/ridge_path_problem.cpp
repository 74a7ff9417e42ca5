#include "model/ridge_path_problem.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/random.hpp"

namespace mercer {
namespace {

constexpr const char* where = "KernelRidgePath::fit";

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument(where + (": " + what));
}

template <class T>
arma::uvec rows_with_weight(const Mat<T>& Y, const Col<double>& weights) {
  const index_t n = Y.n_rows;
  if (weights.is_empty()) return arma::regspace<arma::uvec>(0, n - 1);
  require_rows(where, "weights", weights.n_elem, n, "one per point");
  for (const double w : weights) {
    require_non_negative((std::string(where) + ": a weight").c_str(), w);
  }
  const arma::uvec rows = arma::find(weights > 0);
  if (rows.is_empty()) refuse("the weights are all 0");
  if (!std::isfinite(static_cast<T>(weights.max()))) {
    refuse("the weights must be in the range of the model's type, the largest is " +
           shortest(weights.max()));
  }
  return rows;
}

// The fold of each row with weight, `count` for the others.
arma::uvec deal_folds(index_t n, const arma::uvec& rows, const KernelRidgePathOptions& options) {
  const index_t count = options.folds;
  arma::uvec fold_of(n, arma::fill::value(count));
  if (count == 0) return fold_of;
  if (!options.fold_of.is_empty()) {
    require_rows(where, "fold_of", options.fold_of.n_elem, n, "one per point");
    for (const index_t row : rows) {
      if (options.fold_of(row) >= count) {
        refuse("fold_of must be below folds = " + std::to_string(count) + ", one is " +
               std::to_string(options.fold_of(row)));
      }
      fold_of(row) = options.fold_of(row);
    }
    return fold_of;
  }
  if (count > rows.n_elem) {
    refuse("folds must be at most the number of rows with weight, " + std::to_string(rows.n_elem) +
           ", is " + std::to_string(count));
  }
  const arma::uvec order = Random(options.seed).permutation(rows.n_elem);
  for (index_t k = 0; k < rows.n_elem; ++k) fold_of(rows(order(k))) = k % count;
  return fold_of;
}

}  // namespace

template <class T>
RidgePathProblem<T>::RidgePathProblem(const Mat<T>& targets, const Col<double>& weights,
                                      const KernelRidgePathOptions& options)
    : all_Y(targets) {
  if (all_Y.is_empty()) refuse("Y is empty");
  require_finite(where, "Y", all_Y);
  rows = rows_with_weight(all_Y, weights);
  const index_t m = rows.n_elem, outputs = all_Y.n_cols;
  if (options.leave_one_out && m < 2) refuse("leave_one_out needs two points with weight");
  w = weights.is_empty() ? Col<double>(m, arma::fill::ones) : Col<double>(weights.elem(rows));
  Y = all_Y.rows(rows);
  means.zeros(outputs);
  if (options.centre_target) {
    double total = 0;
    for (const double weight : w) total += weight;
    for (index_t t = 0; t < outputs; ++t) {
      double sum = 0;
      for (index_t i = 0; i < m; ++i) sum += w(i) * static_cast<double>(Y(i, t));
      means(t) = sum / total;
    }
  }
  fold_of = deal_folds(all_Y.n_rows, rows, options);
  for (index_t f = 0; f < options.folds; ++f) {
    folds.push_back(arma::find(fold_of.elem(rows) == f));
    if (folds.back().is_empty()) refuse("fold " + std::to_string(f) + " is empty");
  }
}

template struct RidgePathProblem<double>;
template struct RidgePathProblem<float>;

}  // namespace mercer
