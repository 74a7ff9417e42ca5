#include "mercer/solver/low_rank_preconditioner.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/solver/pivoted_cholesky.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {

constexpr double unit = std::numeric_limits<double>::epsilon();

// F F' + lambda I from the values of F as they are, in double.
template <class T>
arma::mat dense(const Mat<T>& F, double lambda) {
  const arma::mat G = arma::conv_to<arma::mat>::from(F);
  return G * G.t() + lambda * arma::eye(F.n_rows, F.n_rows);
}

// The same digits for float and double F: what is applied is exact for that F.
template <class T>
void check_solves(const Mat<T>& F, double lambda, index_t outputs) {
  const LowRankPreconditioner<T> P(F, lambda);
  REQUIRE(P.is_valid());
  const arma::mat A = dense(F, lambda), R = normal_matrix<double>(F.n_rows, outputs, 1102);
  const double condition = arma::norm(A) / lambda;
  arma::mat Z(3, 7, arma::fill::value(arma::datum::nan));  // is overwritten, whatever it was
  P.solve(R, Z);
  REQUIRE(arma::size(Z) == arma::size(R));
  const arma::mat expected = arma::solve(A, R, arma::solve_opts::likely_sympd);
  CHECK(relative_difference(Z, expected) <= 20 * unit * condition);
  CHECK(relative_difference(arma::mat(A * Z), R) <= 20 * unit * condition);

  // by the singular values of F
  arma::vec squares(F.n_rows, arma::fill::zeros);
  const arma::vec singular = arma::svd(arma::conv_to<arma::mat>::from(F));
  squares.head(singular.n_elem) = singular % singular;
  long double sum = 0, scale = 0;
  for (const double square : squares) {
    const long double logarithm = std::log(square + static_cast<long double>(lambda));
    sum += logarithm;
    scale += std::abs(logarithm);
  }
  CHECK(std::abs(P.log_determinant() - static_cast<double>(sum)) <=
        10 * unit * (static_cast<double>(scale) + condition));
  CHECK(P.lambda() == lambda);
  CHECK(same_bits(P.factor(), F));
}

}  // namespace

TEMPLATE_TEST_CASE("LowRankPreconditioner solves F F' + lambda I", "[solver][precondition]", float,
                   double) {
  using T = TestType;
  // rank 1, full, around the edge of a tile; one strip of rows and several
  const auto [n, k] = GENERATE(table<index_t, index_t>(
      {{1, 1}, {2, 1}, {40, 40}, {300, 7}, {511, 256}, {600, 257}, {300, 300}, {1030, 40}}));
  const index_t outputs = GENERATE(1u, 3u);
  const double lambda = GENERATE(1e-3, 0.5, 1e4);
  CAPTURE(n, k, outputs, lambda);
  check_solves<T>(normal_matrix<T>(n, k, 1101), lambda, outputs);
}

TEMPLATE_TEST_CASE("LowRankPreconditioner solves with more columns than rows",
                   "[solver][precondition]", float, double) {
  check_solves<TestType>(normal_matrix<TestType>(20, 50, 1103), 0.3, 2);
}

TEST_CASE("with a pivoted Cholesky factor P is between lambda I and K + lambda I",
          "[solver][precondition]") {
  const arma::mat X = normal_matrix<double>(3, 300, 1104), K = gram(Rbf(0.3), X);
  const double lambda = 1e-2;
  const index_t rank = GENERATE(1u, 20u, 120u);
  CAPTURE(rank);
  auto columns = pivoted_cholesky(MatrixFreeGram<double>(Rbf(0.3), X), {.rank = rank});
  REQUIRE(columns.report);
  const LowRankPreconditioner<double> P(std::move(columns.F), lambda);
  REQUIRE(P.is_valid());
  const arma::mat A = K + lambda * arma::eye(300, 300), R = normal_matrix<double>(300, 4, 1105);
  arma::mat Z;
  P.solve(R, Z);
  const arma::mat exact = arma::solve(A, R, arma::solve_opts::likely_sympd);
  for (index_t c = 0; c < 4; ++c) {
    const double by_P = arma::dot(R.col(c), Z.col(c));
    CHECK(arma::dot(R.col(c), exact.col(c)) <= by_P * (1 + 1e-9));
    CHECK(by_P <= arma::dot(R.col(c), R.col(c)) / lambda);
  }
}

TEMPLATE_TEST_CASE("LowRankPreconditioner tells a lambda that rounding swallows",
                   "[solver][precondition]", float, double) {
  // G has 16 2^40 = 2^44 everywhere, to which 2^-30 adds nothing; all steps are exact.
  const Mat<TestType> twice(16, 2, arma::fill::value(0x1p20));
  CHECK_FALSE(LowRankPreconditioner<TestType>(twice, 0x1p-30).is_valid());
  CHECK(LowRankPreconditioner<TestType>(twice, 1).is_valid());
}

TEST_CASE("LowRankPreconditioner refuses bad input", "[solver][precondition]") {
  const arma::mat F = normal_matrix<double>(9, 2, 1106);
  REQUIRE_THROWS_WITH(LowRankPreconditioner<double>(F, 0),
                      "LowRankPreconditioner: lambda must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(LowRankPreconditioner<double>(F, -2),
                      "LowRankPreconditioner: lambda must be finite and positive, is -2");
  REQUIRE_THROWS_WITH(LowRankPreconditioner<double>(F, arma::datum::nan),
                      "LowRankPreconditioner: lambda must be finite and positive, is nan");
  REQUIRE_THROWS_WITH(LowRankPreconditioner<double>(F, 1, -1),
                      "LowRankPreconditioner: threads must be at least 0 (0: all), is -1");
  const LowRankPreconditioner<double> P(F, 1);
  arma::mat Z;
  REQUIRE_THROWS_WITH(P.solve(arma::mat(8, 1), Z),
                      "LowRankPreconditioner::solve: R must have 9 rows (one per row of F), has 8");
}

TEST_CASE("what poll throws ends the work of LowRankPreconditioner", "[solver][precondition]") {
  const arma::mat F = normal_matrix<double>(600, 300, 1107);
  const auto stop = [] { throw std::runtime_error("enough"); };
  REQUIRE_THROWS_WITH(LowRankPreconditioner<double>(F, 1, 1, stop), "enough");
}

TEMPLATE_TEST_CASE("LowRankPreconditioner has the same bits for any number of threads",
                   "[solver][precondition]", float, double) {
  using T = TestType;
  const Mat<T> F = normal_matrix<T>(1500, 300, 1108);
  const index_t outputs = GENERATE(1u, 3u);
  const arma::mat R = normal_matrix<double>(1500, outputs, 1109);
  arma::mat first;
  double log_determinant = 0;
  for (const int threads : {1, 2, 3, 5}) {
    CAPTURE(threads);
    const LowRankPreconditioner<T> P(F, 0.1, threads);
    arma::mat Z;
    P.solve(R, Z);
    if (threads == 1) {
      first = Z;
      log_determinant = P.log_determinant();
    }
    CHECK(same_bits(Z, first));
    CHECK(P.log_determinant() == log_determinant);
  }
}

TEST_CASE("the bytes of LowRankPreconditioner are those of F and one half of G",
          "[solver][precondition]") {
  CHECK(LowRankPreconditioner<float>::bytes_for(1000, 100) == 1000 * 100 * 4 + 100 * 100 * 8);
  CHECK(LowRankPreconditioner<double>::bytes_for(1000, 100) == 1000 * 100 * 8 + 100 * 100 * 8);
  CHECK(LowRankPreconditioner<double>::bytes_for(1000, 512) == 1000 * 512 * 8 + 3 * 256 * 256 * 8);
}
