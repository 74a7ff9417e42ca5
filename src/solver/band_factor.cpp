#include "mercer/solver/band_factor.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"

namespace mercer {

BandFactor::BandFactor(const Mat<double>& band, double shift)
    : L_(band), shift_(require_finite("BandFactor: shift", shift)) {
  if (band.n_rows == 0) throw std::invalid_argument("BandFactor: band must have the diagonal");
  const index_t n = L_.n_cols, b = L_.n_rows - 1;
  for (index_t j = 0; j < n; ++j) L_(0, j) += shift;
  for (index_t j = 0; j < n; ++j) {
    double* column = L_.colptr(j);
    if (!(column[0] > 0) || !std::isfinite(column[0])) {
      failed_minor_ = j + 1;
      return;
    }
    const double root = std::sqrt(column[0]);
    const double inverse = 1 / root;
    column[0] = root;
    const index_t below = std::min(b, n - 1 - j);
    for (index_t k = 1; k <= below; ++k) column[k] *= inverse;
    std::fill(column + below + 1, column + b + 1, 0.0);
    for (index_t c = 1; c <= below; ++c) {
      double* next = L_.colptr(j + c);
      const double factor = column[c];
      for (index_t k = c; k <= below; ++k) next[k - c] -= factor * column[k];
    }
  }
}

void BandFactor::require_factor(const char* where) const {
  if (failed_minor_ > 0) throw LogicError(std::string(where) + ": there is no factor");
}

void BandFactor::solve(Mat<double>& Z) const {
  require_factor("BandFactor::solve");
  const index_t n = L_.n_cols, b = L_.n_rows - 1;
  require_rows("BandFactor::solve", "Z", Z.n_rows, n, "one per row of B");
  for (index_t t = 0; t < Z.n_cols; ++t) {
    double* z = Z.colptr(t);
    for (index_t j = 0; j < n; ++j) {  // L y = z
      const double* column = L_.colptr(j);
      const double value = z[j] /= column[0];
      const index_t below = std::min(b, n - 1 - j);
      for (index_t k = 1; k <= below; ++k) z[j + k] -= value * column[k];
    }
    for (index_t j = n; j-- > 0;) {  // L' x = y
      const double* column = L_.colptr(j);
      const index_t below = std::min(b, n - 1 - j);
      double sum = z[j];
      for (index_t k = 1; k <= below; ++k) sum -= column[k] * z[j + k];
      z[j] = sum / column[0];
    }
  }
}

double BandFactor::log_determinant() const {
  require_factor("BandFactor::log_determinant");
  double sum = 0;
  for (index_t j = 0; j < L_.n_cols; ++j) sum += std::log(L_(0, j));
  return 2 * sum;
}

double BandFactor::inverse_trace() const {
  require_factor("BandFactor::inverse_trace");
  const index_t n = L_.n_cols, b = L_.n_rows - 1;
  // S = (L L')^-1 within the band, from the last column to the first:
  //     S_ij = -sum_{k > j} S_ik L_kj / L_jj   for i > j,
  //     S_jj = (1 / L_jj - sum_{k > j} S_kj L_kj) / L_jj.
  // S(i % (b + 1), j % (b + 1)) holds the last b + 1 rows and columns, both halves.
  Mat<double> S(b + 1, b + 1, arma::fill::zeros);
  double trace = 0;
  for (index_t j = n; j-- > 0;) {
    const double* column = L_.colptr(j);
    const index_t below = std::min(b, n - 1 - j), slot = j % (b + 1);
    Col<double> s(b + 1, arma::fill::zeros);
    for (index_t k = 1; k <= below; ++k) {
      const double* row = S.colptr((j + k) % (b + 1));
      for (index_t i = 1; i <= below; ++i) s(i) -= row[(j + i) % (b + 1)] * column[k];
    }
    double diagonal = 1 / column[0];
    for (index_t i = 1; i <= below; ++i) {
      const index_t other = (j + i) % (b + 1);
      const double value = s(i) / column[0];
      S(slot, other) = S(other, slot) = value;
      diagonal -= value * column[i];
    }
    S(slot, slot) = diagonal / column[0];
    trace += S(slot, slot);
  }
  return trace;
}

}  // namespace mercer
