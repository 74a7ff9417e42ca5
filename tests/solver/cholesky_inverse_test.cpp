#include <cmath>
#include <utility>

#include "mercer/core/errors.hpp"
#include "mercer/solver/cholesky.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

template <class T>
Mat<T> positive_definite(index_t n) {
  const arma::mat G = normal_matrix<double>(n, n, 103);
  const arma::mat A = G * G.t() / static_cast<double>(std::max<index_t>(1, n)) + arma::eye(n, n);
  return arma::conv_to<Mat<T>>::from(arma::symmatu(A));
}

template <class T>
Mat<T> full(const SymmetricTiles<T>& A) {
  Mat<T> out(A.n(), A.n());
  for (index_t j = 0; j < A.n(); ++j) {
    for (index_t i = 0; i < A.n(); ++i) out(i, j) = A.at(i, j);
  }
  return out;
}

}  // namespace

TEMPLATE_TEST_CASE("the inverse in place is LAPACK's", "[solver]", float, double) {
  using T = TestType;
  for (const index_t n : {0, 1, 255, 256, 257, 700}) {
    CAPTURE(n);
    const Mat<T> A = positive_definite<T>(n);
    CholeskyFactor<T> factor(tiles_of_upper(A));
    const Mat<T> inverse = full(std::move(factor).inverse());
    REQUIRE(inverse.n_rows == n);
    if (n == 0) continue;
    const arma::mat expected = arma::inv_sympd(arma::conv_to<arma::mat>::from(A));
    const double error = arma::abs(arma::conv_to<arma::mat>::from(inverse) - expected).max();
    CHECK(error <= 20 * std::numeric_limits<T>::epsilon());
    CHECK(inverse.is_symmetric());
  }
}

TEST_CASE("the inverse and the halves are the same bits for any number of threads", "[solver]") {
  const arma::mat A = positive_definite<double>(800);
  const arma::mat B = normal_matrix<double>(800, 150, 104);
  const auto all = [&](int threads) {
    CholeskyFactor<double> factor(tiles_of_upper(A), {.threads = threads});
    arma::mat solved = B, second = B, multiplied = B;
    factor.solve_half(solved);
    factor.solve_second_half(second);
    factor.multiply_half(multiplied);
    return arma::mat(
        arma::join_rows(solved, second, multiplied, full(std::move(factor).inverse())));
  };
  const arma::mat one = all(1);
  for (const int threads : {2, 3, 5}) CHECK(test::same_bits(one, all(threads)));
}

TEMPLATE_TEST_CASE("halves of the factor solve and multiply", "[solver]", float, double) {
  using T = TestType;
  for (const index_t n : {1, 256, 600}) {
    const Mat<T> A = positive_definite<T>(n);
    const arma::mat U = arma::chol(arma::conv_to<arma::mat>::from(A));
    const CholeskyFactor<T> factor(tiles_of_upper(A));
    for (const index_t t : {0, 1, 64, 65}) {
      const Mat<T> B = normal_matrix<T>(n, t, 105);
      const arma::mat exact = arma::conv_to<arma::mat>::from(B);
      Mat<T> solved = B, second = B, multiplied = B;
      factor.solve_half(solved);
      factor.solve_second_half(second);
      factor.multiply_half(multiplied);
      if (t == 0) continue;
      const double allowed = 100 * std::numeric_limits<T>::epsilon();
      CHECK(arma::norm(arma::conv_to<arma::mat>::from(solved) -
                       arma::solve(arma::trimatl(U.t()), exact)) <= allowed * arma::norm(exact));
      CHECK(arma::norm(arma::conv_to<arma::mat>::from(second) -
                       arma::solve(arma::trimatu(U), exact)) <= allowed * arma::norm(exact));
      CHECK(arma::norm(arma::conv_to<arma::mat>::from(multiplied) - U.t() * exact) <=
            allowed * arma::norm(exact));
    }
  }
}

TEST_CASE("without a factor there is no inverse", "[solver]") {
  CholeskyFactor<double> factor(tiles_of_upper(arma::mat(-arma::eye(3, 3))));
  arma::mat B(3, 1, arma::fill::ones);
  CHECK_THROWS_AS(factor.solve_half(B), LogicError);
  CHECK_THROWS_AS(factor.solve_second_half(B), LogicError);
  CHECK_THROWS_AS(factor.multiply_half(B), LogicError);
  CHECK_THROWS_AS(std::move(factor).inverse(), LogicError);
}
