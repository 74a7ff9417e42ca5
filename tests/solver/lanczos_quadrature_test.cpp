#include "solver/lanczos_quadrature.hpp"

#include <cmath>
#include <vector>

#include "mercer/core/random.hpp"
#include "mercer/core/types.hpp"
#include "support/catch.hpp"

using namespace mercer;

namespace {

// e_1' log(T) e_1 by Armadillo's (LAPACK's) eigenvectors.
double by_eigenvectors(const arma::mat& T) {
  arma::vec values;
  arma::mat vectors;
  arma::eig_sym(values, vectors, T);
  return arma::accu(arma::square(vectors.row(0).t()) % arma::log(values));
}

struct Case {
  Tridiagonal T;
  arma::mat full;
};

// Diagonally dominant, so that it is positive definite: diagonals in [1, 3) times scale.
Case random_case(index_t m, double scale, std::uint64_t seed) {
  Random random(seed);
  Case out{{}, arma::mat(m, m, arma::fill::zeros)};
  for (index_t k = 0; k < m; ++k) {
    const double off = k > 0 ? scale * 0.5 * random.uniform() : 7e77;  // the first has no meaning
    const double diagonal = scale * (1 + 2 * random.uniform());
    out.T.append(off, diagonal);
    out.full(k, k) = diagonal;
    if (k > 0) out.full(k, k - 1) = out.full(k - 1, k) = off;
  }
  return out;
}

}  // namespace

TEST_CASE("the rule of Gauss is the logarithm of the matrix", "[solver][lanczos]") {
  const index_t m = GENERATE(1, 2, 3, 10, 60, 200);
  const double scale = GENERATE(1e-6, 1.0, 1e9);
  CAPTURE(m, scale);
  const Case own = random_case(m, scale, 11 + m);
  REQUIRE(own.T.size() == m);
  const double expected = by_eigenvectors(own.full);
  CHECK(std::abs(own.T.gauss_log() - expected) <= 1e-13 * (1 + std::abs(expected)));
}

TEST_CASE("the rule of Radau has its node as an eigenvalue, and lies below that of Gauss",
          "[solver][lanczos]") {
  const index_t m = GENERATE(1, 2, 5, 40);
  CAPTURE(m);
  const Case own = random_case(m, 1, 31 + m);
  const double node = 0.01, next = 0.3;
  // The diagonal that makes det(T - node I) vanish, from a solution by LAPACK.
  arma::vec last(m, arma::fill::zeros);
  last(m - 1) = next * next;
  const arma::vec x = arma::solve(own.full - node * arma::eye(m, m), last);
  arma::mat extended(m + 1, m + 1, arma::fill::zeros);
  extended.submat(0, 0, m - 1, m - 1) = own.full;
  extended(m, m - 1) = extended(m - 1, m) = next;
  extended(m, m) = node + x(m - 1);
  CHECK(arma::abs(arma::eig_sym(extended) - node).min() <= 1e-14);
  const double value = own.T.radau_log(next, node);
  CHECK(std::abs(value - by_eigenvectors(extended)) <= 1e-13);
  CHECK(value <= own.T.gauss_log() + 1e-13);
}

TEST_CASE("the two rules hold the logarithm of a measure between them", "[solver][lanczos]") {
  // Of a random matrix of order 30 the leading parts of its own tridiagonal form.
  const Case whole = random_case(30, 1, 77);
  const double exact = by_eigenvectors(whole.full), smallest = arma::eig_sym(whole.full).min();
  Tridiagonal part;
  double before = 1e300;
  for (index_t m = 0; m + 1 < 30; ++m) {
    part.append(m > 0 ? whole.full(m, m - 1) : 0, whole.full(m, m));
    const double above = part.gauss_log();
    const double under = part.radau_log(whole.full(m + 1, m), 0.999 * smallest);
    CAPTURE(m);
    CHECK(above >= exact - 1e-14);
    CHECK(under <= exact + 1e-14);
    CHECK(above - under <= before + 1e-14);
    before = above - under;
  }
  CHECK(before <= 1e-12);
}

TEST_CASE("rules of matrices that split, and of those that have no logarithm",
          "[solver][lanczos]") {
  Tridiagonal split;
  split.append(0, 2);
  split.append(0, 5);
  split.append(1, 3);
  CHECK(split.gauss_log() == std::log(2.0));
  CHECK(split.radau_log(0, 0.5) == std::log(2.0));
  Tridiagonal indefinite;
  indefinite.append(0, 1);
  indefinite.append(2, 1);
  CHECK(std::isnan(indefinite.gauss_log()));
  Tridiagonal low;
  low.append(0, 1);
  CHECK(std::isnan(low.radau_log(0.1, 1)));  // the node is not below the eigenvalues
  Tridiagonal nothing;
  nothing.append(0, std::nan(""));
  CHECK(std::isnan(nothing.gauss_log()));
  Tridiagonal with_nan;
  with_nan.append(0, 1);
  with_nan.append(std::nan(""), 1);
  CHECK(std::isnan(with_nan.gauss_log()));
}
