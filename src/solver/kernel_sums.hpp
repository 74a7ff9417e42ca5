// Sums of kernel values in double, from the support only.
#pragma once

#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// out_i = sum_j beta_j K_{i, j mod n}, n values; beta holds n or 2n.
template <class T>
Col<double> kernel_sums(const char* where, const GramOperator<T>& K, const Col<double>& beta) {
  const index_t n = K.n_rows();
  require_columns(where, "K", K.n_cols(), n, "it must be square");
  if (beta.n_elem != 2 * n) require_rows(where, "beta", beta.n_elem, n, "one per row of K");
  Col<double> by_row(n, arma::fill::zeros);
  for (index_t i = 0; i < beta.n_elem; ++i) by_row(i % n) += beta(i);
  std::vector<index_t> all(n), support;
  for (index_t i = 0; i < n; ++i) {
    all[i] = i;
    if (by_row(i) != 0) support.push_back(i);
  }
  Mat<double> sums(n, 1, arma::fill::zeros);
  if (!support.empty()) {
    Mat<double> coefficients(support.size(), 1, arma::fill::none);
    for (index_t s = 0; s < support.size(); ++s) coefficients(s, 0) = by_row(support[s]);
    K.submatrix(all, support)->multiply_in_double(coefficients, sums);
  }
  return Col<double>(sums.memptr(), n);
}

}  // namespace mercer
