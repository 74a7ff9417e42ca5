// The optimum of the dual of the support vector machine by brute force.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer::test {

/// The optimum of the dual of a tiny problem, by trying every way to put variables at their lower
/// bound, at their upper bound or between, in long double: the free ones solve a linear system.
inline long double best_dual(const arma::mat& K, const arma::vec& y, const arma::vec& C) {
  const index_t n = y.n_elem;
  long double best = 0;  // alpha = 0
  index_t patterns = 1;
  for (index_t i = 0; i < n; ++i) patterns *= 3;
  for (index_t pattern = 0; pattern < patterns; ++pattern) {
    std::vector<long double> alpha(n, 0);
    std::vector<index_t> free;
    for (index_t i = 0, code = pattern; i < n; ++i, code /= 3) {
      if (code % 3 == 1) alpha[i] = C(i);
      if (code % 3 == 2) free.push_back(i);
    }
    // rows: gradient_i = bias y_i of the free ones, and the sum; unknowns: their alpha, the bias
    const index_t m = free.size() + 1;
    std::vector<std::vector<long double>> A(m, std::vector<long double>(m + 1, 0));
    for (index_t r = 0; r + 1 < m; ++r) {
      const index_t i = free[r];
      for (index_t c = 0; c + 1 < m; ++c) A[r][c] = y(i) * y(free[c]) * K(i, free[c]);
      A[r][m - 1] = y(i);
      A[r][m] = 1;
      for (index_t j = 0; j < n; ++j) A[r][m] -= y(i) * y(j) * K(i, j) * alpha[j];
      A[m - 1][r] = y(i);
    }
    for (index_t j = 0; j < n; ++j) A[m - 1][m] -= y(j) * alpha[j];
    bool singular = false;
    for (index_t c = 0; c < m && !singular; ++c) {  // Gauss-Jordan
      index_t pivot = c;
      for (index_t r = c; r < m; ++r) {
        if (std::abs(A[r][c]) > std::abs(A[pivot][c])) pivot = r;
      }
      singular = std::abs(A[pivot][c]) < 1e-14L;
      if (singular) break;
      std::swap(A[c], A[pivot]);
      for (index_t r = 0; r < m; ++r) {
        if (r == c) continue;
        const long double factor = A[r][c] / A[c][c];
        for (index_t k = c; k <= m; ++k) A[r][k] -= factor * A[c][k];
      }
    }
    if (singular && m > 1) continue;
    for (index_t r = 0; r + 1 < m; ++r) alpha[free[r]] = A[r][m] / A[r][r];
    long double sum = 0, objective = 0;
    bool feasible = true;
    for (index_t i = 0; i < n; ++i) {
      feasible = feasible && alpha[i] >= -1e-15L && alpha[i] <= C(i) + 1e-15L;
      sum += y(i) * alpha[i];
      objective += alpha[i];
      for (index_t j = 0; j < n; ++j) {
        objective -= alpha[i] * alpha[j] * y(i) * y(j) * K(i, j) / 2;
      }
    }
    if (feasible && std::abs(sum) <= 1e-14L) best = std::max(best, objective);
  }
  return best;
}

}  // namespace mercer::test
