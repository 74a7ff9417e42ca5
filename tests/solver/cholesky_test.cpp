#include "mercer/solver/cholesky.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "mercer/core/errors.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {

// G G' / n + I: eigenvalues between 1 and about 5.
template <class T>
Mat<T> positive_definite(index_t n, std::uint64_t seed) {
  const arma::mat G = normal_matrix<double>(n, n, seed);
  const arma::mat A = G * G.t() / static_cast<double>(std::max<index_t>(1, n)) + arma::eye(n, n);
  return arma::conv_to<Mat<T>>::from(arma::symmatu(A));
}

template <class T>
CholeskyFactor<T> factor_of(const Mat<T>& A, const CholeskyOptions& options = {}) {
  return CholeskyFactor<T>(tiles_of_upper(A), options);
}

template <class T>
constexpr double unit = static_cast<double>(std::numeric_limits<T>::epsilon());

}  // namespace

TEMPLATE_TEST_CASE("CholeskyFactor agrees with LAPACK", "[solver]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(0u, 1u, 2u, 255u, 256u, 257u, 700u);
  CAPTURE(n);
  const Mat<T> A = positive_definite<T>(n, 101);
  const arma::mat A_double = arma::conv_to<arma::mat>::from(A);
  const CholeskyFactor<T> factor = factor_of<T>(A);
  REQUIRE(factor.status() == Status::converged);
  REQUIRE(factor.failed_minor() == 0);

  const arma::mat inverse = n > 0 ? arma::mat(arma::inv_sympd(A_double)) : arma::mat();
  for (const index_t t : {0u, 1u, 4u}) {
    const Mat<T> B = normal_matrix<T>(n, t, 102);
    const arma::mat B_double = arma::conv_to<arma::mat>::from(B);
    Mat<T> X = B;
    factor.solve(X);
    REQUIRE(X.n_cols == t);
    if (n == 0 || t == 0) continue;
    CHECK(relative_difference(X, arma::mat(inverse * B_double)) <= 50 * unit<T>);
    // ||B - A X|| <= c u ||A|| ||X||: backward stable
    const arma::mat residual = B_double - A_double * arma::conv_to<arma::mat>::from(X);
    CHECK(arma::norm(residual, "fro") <= 10 * unit<T> * arma::norm(B_double, "fro"));
  }
  const Col<T> diagonal = factor.inverse_diagonal();
  REQUIRE(diagonal.n_elem == n);
  if (n > 0) {
    CHECK(relative_difference(diagonal, arma::vec(inverse.diag())) <= 20 * unit<T>);
  }
}

TEMPLATE_TEST_CASE("CholeskyFactor names the first leading minor that is not positive", "[solver]",
                   float, double) {
  using T = TestType;
  const index_t order = GENERATE(1u, 2u, 255u, 256u, 257u, 512u, 600u, 601u);
  CAPTURE(order);
  Mat<T> A = positive_definite<T>(601, 105);
  // the pivot of row order becomes about -1: its Schur complement is below A_ii
  A(order - 1, order - 1) = -1;
  const CholeskyFactor<T> factor = factor_of<T>(A);
  CHECK(factor.status() == Status::not_positive_definite);
  CHECK(factor.failed_minor() == order);

  Mat<T> B(601, 1, arma::fill::ones);
  REQUIRE_THROWS_AS(factor.solve(B), LogicError);
  REQUIRE_THROWS_WITH(factor.solve(B), "CholeskyFactor::solve: there is no factor");
  REQUIRE_THROWS_AS(factor.inverse_diagonal(), LogicError);
  REQUIRE_THROWS_WITH(factor.inverse_diagonal(),
                      "CholeskyFactor::inverse_diagonal: there is no factor");
}

TEMPLATE_TEST_CASE("a matrix with NaN or overflow has no Cholesky factor", "[solver]", float,
                   double) {
  using T = TestType;
  const index_t place = GENERATE(0u, 100u, 400u, 599u);
  const T value = GENERATE(arma::Datum<T>::nan, arma::Datum<T>::inf);
  CAPTURE(place, value);
  Mat<T> A = positive_definite<T>(600, 106);
  A(place, place) = value;
  const CholeskyFactor<T> factor = factor_of<T>(A);
  CHECK(factor.status() == Status::not_positive_definite);
  CHECK(factor.failed_minor() == place + 1);
}

TEST_CASE("the progress callback of CholeskyFactor counts columns and stops it", "[solver]") {
  std::vector<double> left;
  const auto count = [&](const Progress& progress) {
    CHECK(progress.stage == "cholesky");
    CHECK(progress.iteration == left.size() + 1);
    CHECK(progress.target == 0);
    CHECK(progress.seconds >= 0);
    left.push_back(progress.criterion);
    return Continue::yes;
  };
  REQUIRE(factor_of<double>(positive_definite<double>(700, 107), {.progress = count}).status() ==
          Status::converged);
  CHECK(left == std::vector<double>{444, 188});

  int calls = 0;
  const auto stop = [&](const Progress&) { return ++calls == 2 ? Continue::no : Continue::yes; };
  const auto factor = factor_of<double>(positive_definite<double>(1000, 107), {.progress = stop});
  CHECK(calls == 2);
  CHECK(factor.status() == Status::stopped);
  arma::mat B(1000, 1, arma::fill::ones);
  REQUIRE_THROWS_AS(factor.solve(B), LogicError);
  REQUIRE_THROWS_AS(factor.inverse_diagonal(), LogicError);
}

TEMPLATE_TEST_CASE("CholeskyFactor has the same bits for any number of threads", "[solver]", float,
                   double) {
  using T = TestType;
  const Mat<T> A = positive_definite<T>(1300, 108);
  const Mat<T> B = normal_matrix<T>(1300, 3, 109);
  Mat<T> first = B;
  const CholeskyFactor<T> one = factor_of<T>(A, {.threads = 1});
  one.solve(first);
  const Col<T> diagonal = one.inverse_diagonal();
  for (const int threads : {2, 3, 5}) {
    CAPTURE(threads);
    const CholeskyFactor<T> factor = factor_of<T>(A, {.threads = threads});
    Mat<T> X = B;
    factor.solve(X);
    CHECK(same_bits(X, first));
    CHECK(same_bits(factor.inverse_diagonal(), diagonal));
  }
}

TEST_CASE("CholeskyFactor refuses right sides and threads out of range", "[solver]") {
  REQUIRE_THROWS_WITH(factor_of<double>(arma::mat(3, 3, arma::fill::eye), {.threads = -1}),
                      "CholeskyFactor: threads must be at least 0 (0: all), is -1");
  const auto factor = factor_of<double>(arma::mat(3, 3, arma::fill::eye));
  arma::mat B(2, 1);
  REQUIRE_THROWS_WITH(factor.solve(B),
                      "CholeskyFactor::solve: B must have 3 rows (one per row of A), has 2");
}

TEST_CASE("CholeskyFactor works in the memory that it is given", "[solver]") {
  auto A = tiles_of_upper(positive_definite<double>(300, 110));
  const CholeskyFactor<double> factor(std::move(A));
  CHECK(A.n() == 0);
  CHECK(factor.status() == Status::converged);
}

TEMPLATE_TEST_CASE("the log determinant is that of LAPACK", "[solver]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(1u, 300u);
  const Mat<T> A = positive_definite<T>(n, 111);
  const double expected = arma::log_det_sympd(arma::conv_to<arma::mat>::from(A));
  CHECK(std::abs(factor_of<T>(A).log_determinant() - expected) <=
        4 * static_cast<double>(n) * unit<T>);
}
