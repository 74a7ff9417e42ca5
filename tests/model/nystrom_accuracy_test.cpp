// NystromRidge against long double, where the equations are nearly singular.
#include <algorithm>
#include <cmath>
#include <vector>

#include "mercer/kernel/rbf.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

using Long = long double;
using LongMatrix = std::vector<std::vector<Long>>;  // of columns

// The model at X_new by Gram-Schmidt on [K U^-1; lambda^1/2 I | y] in long double, U' U = G, kernel
// values from the formula: nothing is squared.
std::vector<Long> reference(double gamma, const arma::mat& X, const arma::mat& y,
                            const arma::mat& Z, double lambda, const arma::mat& X_new) {
  const index_t n = X.n_cols, m = Z.n_cols;
  const auto k = [&](const double* a, const double* b) {
    return naive::rbf(naive::sums(a, b, X.n_rows), gamma);
  };
  LongMatrix U(m, std::vector<Long>(m));  // by columns
  for (index_t j = 0; j < m; ++j) {
    for (index_t i = 0; i <= j; ++i) {
      Long sum = k(Z.colptr(i), Z.colptr(j));
      for (index_t l = 0; l < i; ++l) sum -= U[i][l] * U[j][l];
      U[j][i] = i == j ? std::sqrt(sum) : sum / U[i][i];
    }
  }
  const auto features = [&](const double* x) {  // U^-T k(Z, x)
    std::vector<Long> phi(m);
    for (index_t j = 0; j < m; ++j) {
      Long sum = k(Z.colptr(j), x);
      for (index_t l = 0; l < j; ++l) sum -= U[j][l] * phi[l];
      phi[j] = sum / U[j][j];
    }
    return phi;
  };
  LongMatrix A(m + 1, std::vector<Long>(n + m));
  for (index_t i = 0; i < n; ++i) {
    const std::vector<Long> phi = features(X.colptr(i));
    for (index_t j = 0; j < m; ++j) A[j][i] = phi[j];
    A[m][i] = y(i);
  }
  for (index_t j = 0; j < m; ++j) A[j][n + j] = std::sqrt(static_cast<Long>(lambda));
  LongMatrix R(m + 1, std::vector<Long>(m));
  for (index_t j = 0; j < m; ++j) {
    Long norm = 0;
    for (const Long a : A[j]) norm += a * a;
    R[j][j] = std::sqrt(norm);
    for (Long& a : A[j]) a /= R[j][j];
    for (index_t c = j + 1; c <= m; ++c) {
      Long dot = 0;
      for (index_t i = 0; i < n + m; ++i) dot += A[j][i] * A[c][i];
      R[c][j] = dot;
      for (index_t i = 0; i < n + m; ++i) A[c][i] -= dot * A[j][i];
    }
  }
  std::vector<Long> theta(m), out;
  for (index_t j = m; j-- > 0;) {
    Long sum = R[m][j];
    for (index_t c = j + 1; c < m; ++c) sum -= R[c][j] * theta[c];
    theta[j] = sum / R[j][j];
  }
  for (index_t i = 0; i < X_new.n_cols; ++i) {
    const std::vector<Long> phi = features(X_new.colptr(i));
    Long sum = 0;
    for (index_t j = 0; j < m; ++j) sum += phi[j] * theta[j];
    out.push_back(sum);
  }
  return out;
}

}  // namespace

TEST_CASE("NystromRidge agrees with long double for any lambda", "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(3, 200, 805), X_new = normal_matrix<double>(3, 40, 806);
  arma::mat y(200, 1);
  for (index_t i = 0; i < 200; ++i) y(i) = std::sin(2 * X(0, i)) + 0.1 * X(1, i);
  // gamma = 0.5: min eig G = 3e-3; 0.02: 2e-10, so that only sums of the rows of K U^-1 are
  // accurate.
  const auto [gamma, smallest, tolerance] = GENERATE(table<double, double, double>(
      {{0.5, 1e-10, 1e-11}, {0.02, 1e-10, 1e-4}, {0.02, 1e-4, 1e-7}}));
  const arma::mat Z = X.head_cols(30);
  for (double lambda = smallest; lambda <= 1e4; lambda *= 100) {
    CAPTURE(gamma, lambda);
    NystromRidge<double> model(Rbf(gamma), {.lambdas = {lambda}, .centre_target = false}, Z);
    const Report report = model.fit(X, y);
    CHECK(report);
    const std::vector<Long> expected = reference(gamma, X, y, Z, lambda, X_new);
    const arma::mat found = model.predict(X_new);
    double worst = 0, largest = 0;
    for (index_t i = 0; i < 40; ++i) {
      worst = std::max(worst, static_cast<double>(std::abs(found(i) - expected[i])));
      largest = std::max(largest, static_cast<double>(std::abs(expected[i])));
    }
    CAPTURE(report.residual, worst / largest);
    CHECK(worst <= tolerance * largest);
  }
}
