#include "model/ridge_path_problem.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/random.hpp"
#include "model/row_weights.hpp"

namespace mercer {
namespace {

constexpr const char* where = "KernelRidgePath::fit";

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument(where + (": " + what));
}

template <class T>
arma::uvec rows_with_weight(const Mat<T>& Y, const Col<double>& weights) {
  const Col<double> w = row_weights(where, weights, Y.n_rows);
  if (!std::isfinite(static_cast<T>(w.max()))) {
    refuse("the weights must be in the range of the model's type, the largest is " +
           shortest(w.max()));
  }
  return arma::find(w > 0);
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
  const index_t m = rows.n_elem;
  if (options.leave_one_out && m < 2) refuse("leave_one_out needs two points with weight");
  w = weights.is_empty() ? Col<double>(m, arma::fill::ones) : Col<double>(weights.elem(rows));
  Y = all_Y.rows(rows);
  means =
      options.centre_target ? weighted_means(Y, w) : arma::rowvec(all_Y.n_cols, arma::fill::zeros);
  fold_of = deal_folds(all_Y.n_rows, rows, options);
  for (index_t f = 0; f < options.folds; ++f) {
    folds.push_back(arma::find(fold_of.elem(rows) == f));
    if (folds.back().is_empty()) refuse("fold " + std::to_string(f) + " is empty");
  }
}

template struct RidgePathProblem<double>;
template struct RidgePathProblem<float>;

}  // namespace mercer
