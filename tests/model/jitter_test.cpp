#include "model/jitter.hpp"

#include <cmath>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

// Diagonal 2, the last eigenvalue of the 2 x 2 block at the end is `smallest`.
arma::mat with_eigenvalue(index_t n, double smallest) {
  arma::mat A = 2 * arma::eye(n, n);
  A(n - 2, n - 1) = A(n - 1, n - 2) = 2 - smallest;
  return A;
}

JitteredFactor factor_of(const arma::mat& A, const CholeskyOptions& options = {}) {
  return factor_with_jitter([&] { return tiles_of_upper(A); }, options);
}

constexpr double unit = 0x1p-52 * 2;  // of a diagonal of 2

}  // namespace

TEST_CASE("no jitter for a positive definite matrix", "[model][jitter]") {
  for (const index_t n : {2, 300}) {
    const JitteredFactor factored = factor_of(with_eigenvalue(n, 1e-10));
    CHECK(factored.factor.status() == Status::converged);
    CHECK(factored.jitter == 0);
    CHECK(factored.failed_minor == 0);
  }
}

TEST_CASE("the jitter is the smallest power of two that works", "[model][jitter]") {
  for (const index_t n : {2, 300}) {
    for (int exponent = 3; exponent < 32; ++exponent) {
      CAPTURE(n, exponent);
      // Its last pivot is negative until the jitter exceeds 0.9 of this power.
      const JitteredFactor factored =
          factor_of(with_eigenvalue(n, -0.9 * std::ldexp(unit, exponent)));
      REQUIRE(factored.factor.status() == Status::converged);
      CHECK(factored.jitter == std::ldexp(unit, exponent));
      CHECK(factored.failed_minor == n);
    }
  }
}

TEST_CASE("an indefinite matrix keeps its minor", "[model][jitter]") {
  arma::mat A = with_eigenvalue(300, -1e-5);
  const JitteredFactor factored = factor_of(A);
  CHECK(factored.factor.status() == Status::not_positive_definite);
  CHECK(factored.failed_minor == 300);
  A.fill(0);
  CHECK(factor_of(A).factor.status() == Status::not_positive_definite);
  CHECK(factor_of(arma::mat(0, 0)).factor.status() == Status::converged);
}

TEST_CASE("a stop ends the attempts", "[model][jitter]") {
  const arma::mat A = with_eigenvalue(600, -1e-12);
  int calls = 0;
  const JitteredFactor factored = factor_of(
      A, {.progress = [&](const Progress&) { return ++calls < 4 ? Continue::yes : Continue::no; }});
  CHECK(factored.factor.status() == Status::stopped);
  CHECK(calls == 4);
}
