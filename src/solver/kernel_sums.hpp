// What a dual problem needs of K in double: sums over the support.
#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/core/report.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/solver/svm.hpp"

namespace mercer {

/// out_i = sum_j beta_j K_{row(i), row(j)}, from kernel values in double. poll may throw.
template <class T>
Col<double> kernel_sums(const GramOperator<T>& K, const SvmDual& dual, const Col<double>& beta,
                        Poll poll = no_poll) {
  std::vector<index_t> rows, support;  // ascending
  const auto [first, second] = dual.rows;
  for (index_t i = 0; i < K.n_rows(); ++i) {
    if ((i >= first.begin && i < first.end) || (i >= second.begin && i < second.end)) {
      rows.push_back(i);
    }
  }
  Col<double> by_row(K.n_rows(), arma::fill::zeros);
  for (index_t i = 0; i < dual.size(); ++i) by_row(dual.row(i)) += beta(i);
  for (const index_t row : rows) {
    if (by_row(row) != 0) support.push_back(row);
  }
  Col<double> out(dual.size(), arma::fill::zeros);
  if (support.empty()) return out;
  // Of all columns, half of the values serve for both halves; else those of the support are fewer.
  const bool all = std::is_same_v<T, double> && 2 * support.size() > rows.size();
  const std::vector<index_t>& columns = all ? rows : support;
  Mat<double> coefficients(columns.size(), 1, arma::fill::none), sums;
  for (index_t s = 0; s < columns.size(); ++s) coefficients(s, 0) = by_row(columns[s]);
  poll();
  const auto block = K.submatrix(rows, columns);
  poll();  // copies of many points take a while
  if constexpr (std::is_same_v<T, double>) {
    block->multiply(coefficients, sums, poll);
  } else {
    block->multiply_in_double(coefficients, sums, poll);
  }
  for (index_t s = 0; s < rows.size(); ++s) by_row(rows[s]) = sums(s, 0);
  for (index_t i = 0; i < dual.size(); ++i) out(i) = by_row(dual.row(i));
  return out;
}

/// Throws std::invalid_argument if the problem does not fit K.
template <class T>
void require_fit(const char* where, const GramOperator<T>& K, const SvmDual& dual) {
  require_columns(where, "K", K.n_cols(), K.n_rows(), "it must be square");
  for (const Range range : dual.rows) {
    if (range.begin <= range.end && range.end <= K.n_rows()) continue;
    require_rows(where, "K", K.n_rows(), std::max(range.begin, range.end), "those of the dual");
  }
  const index_t size = dual.rows[0].size() + dual.rows[1].size();
  for (const auto* values : {&dual.linear, &dual.low, &dual.high, &dual.start}) {
    require_rows(where, "a vector of the dual", values->n_elem, size, "one per variable");
  }
}

/// The certificate of beta from its kernel_sums, and the largest K_ii of its rows.
Certificate certificate_from(const Col<double>& sums, const SvmDual& dual, const Col<double>& beta,
                             double bias, double second_bias, double largest_diagonal);

/// sqrt(gap largest_diagonal). The gap is the sum of what primal and dual objective are away from
/// the optimum, and each is at least 1/2 ||w - w*||^2 away: the primal objective is strongly convex
/// in w, and the dual objective is concave, with the curvature of 1/2 ||w||^2. So ||w - w*||^2 <=
/// gap, and |<w - w*, phi(x)>| <= ||w - w*|| sqrt(k(x, x)).
double decision_error(double gap, double largest_diagonal);

}  // namespace mercer
