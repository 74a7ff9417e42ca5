#include "mercer/solver/pivoted_cholesky.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/point_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

// What any factor must have, K given in double.
template <class T>
void check_factor(const PivotedCholesky<T>& own, const arma::mat& K, double rounding) {
  const index_t r = own.pivots.size();
  REQUIRE(own.F.n_rows == K.n_rows);
  REQUIRE(own.F.n_cols == r);
  CHECK(std::set<index_t>(own.pivots.begin(), own.pivots.end()).size() == r);
  const arma::mat F = arma::conv_to<arma::mat>::from(own.F), rest = K - F * F.t();
  const double scale = arma::abs(K.diag()).max();
  CHECK(arma::eig_sym(arma::symmatl(rest)).min() >= -rounding * scale * double(K.n_rows));
  CHECK(rest.diag().min() >= -rounding * scale);
  CHECK(std::abs(own.relative_trace - arma::trace(rest) / arma::trace(K)) <= rounding);
  for (index_t k = 0; k < r; ++k) {
    CHECK(arma::abs(rest.col(own.pivots[k])).max() <= rounding * scale);
    for (index_t c = k + 1; c < r; ++c) CHECK(own.F(own.pivots[k], c) == 0);
    CHECK(own.F(own.pivots[k], k) > 0);
  }
  CHECK(own.report.iterations == r);
  CHECK(own.report.residual == own.relative_trace);
}

template <class T>
constexpr double rounding_of = std::is_same_v<T, float> ? 1e-4 : 1e-12;

}  // namespace

TEMPLATE_TEST_CASE("what a pivoted Cholesky factor leaves is positive semidefinite", "[solver]",
                   float, double) {
  using T = TestType;
  const index_t n = GENERATE(1, 2, 63, 300, 1100);
  const index_t rank = GENERATE(1, 40, 150);
  CAPTURE(n, rank);
  const Mat<T> X = normal_matrix<T>(3, n, 901);
  const MatrixFreeGram<T> K(Rbf(0.3), X);
  const auto own = pivoted_cholesky(K, {.rank = rank});
  REQUIRE(own.report.status == Status::converged);
  CHECK(own.report.message.empty());
  CHECK(own.pivots.size() <= std::min(rank, n));
  if (rank == 1) CHECK(own.pivots.size() == 1);
  check_factor(own, gram(Rbf(0.3), arma::conv_to<arma::mat>::from(X)), rounding_of<T>);
}

TEMPLATE_TEST_CASE("a kernel of low rank is exact at its rank", "[solver]", float, double) {
  using T = TestType;
  const index_t d = GENERATE(1, 7, 90);  // 90: more than one round
  CAPTURE(d);
  const Mat<T> X = normal_matrix<T>(d, 500, 902);
  const auto own = pivoted_cholesky(MatrixFreeGram<T>(Linear(), X), {.rank = 400});
  REQUIRE(own.report.status == Status::converged);
  CHECK(own.pivots.size() >= d);
  CHECK(own.pivots.size() <= d + 1);  // what rounding leaves may make one more
  CHECK(own.relative_trace <= (std::is_same_v<T, float> ? 1e-5 : 1e-13));
  check_factor(own, gram(Linear(), arma::conv_to<arma::mat>::from(X)), rounding_of<T>);
}

TEST_CASE("repeated points are pivots once", "[solver]") {
  const arma::mat few = normal_matrix<double>(2, 20, 903);
  arma::mat X(2, 200);
  for (index_t i = 0; i < 200; ++i) X.col(i) = few.col(i % 20);
  const auto own = pivoted_cholesky(MatrixFreeGram<double>(Rbf(1), X), {.rank = 100});
  CHECK(own.pivots.size() == 20);
  check_factor(own, gram(Rbf(1), X), 1e-12);
}

TEST_CASE("pivoted Cholesky stops at the first rank that reaches the tolerance", "[solver]") {
  const arma::mat X = normal_matrix<double>(3, 400, 904);
  const MatrixFreeGram<double> K(Rbf(0.2), X);
  const double tolerance = GENERATE(0.3, 0.01, 1e-4);
  const auto own = pivoted_cholesky(K, {.rank = 400, .tolerance = tolerance});
  REQUIRE(own.report.status == Status::converged);
  CHECK(own.relative_trace <= tolerance);
  check_factor(own, gram(Rbf(0.2), X), 1e-12);
  const arma::mat one_less = own.F.head_cols(own.F.n_cols - 1);
  CHECK(400 - arma::accu(arma::square(one_less)) > tolerance * 400);

  const auto cut = pivoted_cholesky(K, {.rank = 2, .tolerance = tolerance});
  CHECK(cut.report.status == Status::iteration_limit);
  CHECK(cut.report.message == "pivoted_cholesky: the rank was reached before the tolerance");
  CHECK(cut.pivots.size() == 2);
}

TEST_CASE("random pivots come near the best factor of their rank, far ahead of uniform ones",
          "[solver]") {
  // 20 far points among 480 that are close together: uniform pivots miss most of the former.
  arma::mat X = 0.05 * normal_matrix<double>(2, 500, 905);
  for (index_t i = 0; i < 20; ++i) X(0, i * 25) += 10.0 * double(i + 1);
  const arma::mat K = gram(Rbf(1), X);
  const arma::vec values = arma::sort(arma::eig_sym(K), "descend");
  const double best = arma::accu(values.tail(500 - 30)) / 500;
  double mean = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    mean += pivoted_cholesky(DenseGram<double>(K), {.rank = 30, .seed = seed}).relative_trace / 10;
  }
  double uniform = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const arma::uvec S = Random(seed).permutation(500).eval().head_rows(30);
    const arma::mat part = K.cols(S);
    const arma::mat C = arma::mat(K.submat(S, S)) + 1e-12 * arma::eye(30, 30);
    uniform += (1 - arma::trace(part * arma::solve(C, part.t())) / 500) / 10;
  }
  CAPTURE(best, mean, uniform);
  CHECK(mean >= best * (1 - 1e-9));
  CHECK(mean <= 20 * best + 1e-6);
  CHECK(mean <= 0.1 * uniform);
}

TEST_CASE("the pivots are distributed as those of the plain algorithm", "[solver]") {
  // The first pivot of two is uniform for Rbf, the second drawn from what the first leaves.
  const arma::mat X = {{0, 0.3, 1, 3}};
  const arma::mat K = gram(Rbf(1), X);
  const DenseGram<double> op(K);
  arma::mat count(4, 4, arma::fill::zeros), expected(4, 4, arma::fill::zeros);
  constexpr int runs = 8000;
  for (int seed = 0; seed < runs; ++seed) {
    const auto own = pivoted_cholesky(op, {.rank = 2, .seed = std::uint64_t(seed)});
    count(own.pivots[0], own.pivots[1]) += 1;
  }
  for (index_t a = 0; a < 4; ++a) {
    const arma::vec d = 1 - arma::square(K.col(a));
    for (index_t b = 0; b < 4; ++b) expected(a, b) = runs / 4.0 * d(b) / arma::accu(d);
  }
  double chi_squared = 0;
  for (index_t a = 0; a < 4; ++a) {
    for (index_t b = 0; b < 4; ++b) {
      if (a == b) CHECK(count(a, b) == 0);
      if (a != b) chi_squared += std::pow(count(a, b) - expected(a, b), 2) / expected(a, b);
    }
  }
  CHECK(chi_squared <= 31.3);  // 11 degrees of freedom, 0.1 %
}

TEMPLATE_TEST_CASE("pivoted Cholesky has the same bits for any number of threads", "[solver]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(10, 2500, 906);  // three strips
  const auto factor = [&](int threads, std::uint64_t seed) {
    return pivoted_cholesky(MatrixFreeGram<T>(Rbf(0.1), X, {.threads = threads}),
                            {.rank = 200, .seed = seed, .threads = threads});
  };
  const auto first = factor(1, 5);
  for (const int threads : {2, 3}) {
    const auto own = factor(threads, 5);
    CHECK(own.pivots == first.pivots);
    CHECK(same_bits(own.F, first.F));
    CHECK(own.relative_trace == first.relative_trace);
  }
  CHECK(factor(1, 6).pivots != first.pivots);
}

TEST_CASE("pivoted Cholesky names kernel values that are not finite", "[solver]") {
  const arma::mat X = normal_matrix<double>(1, 30, 907);
  SECTION("on the diagonal") {
    const auto kernel = make_point_kernel("bad", [](auto x, auto y) {
      using V = std::decay_t<decltype(x[0])>;
      return x[0] == y[0] && x[0] > 1 ? std::numeric_limits<V>::quiet_NaN() : V(x[0] * y[0]);
    });
    REQUIRE_THROWS_AS(pivoted_cholesky(MatrixFreeGram<double>(kernel, X)), NonFiniteError);
  }
  SECTION("elsewhere") {
    const auto kernel = make_point_kernel("bad", [](auto x, auto y) {
      using V = std::decay_t<decltype(x[0])>;
      return x[0] * y[0] < 0 ? std::numeric_limits<V>::quiet_NaN() : V(x[0] * y[0]);
    });
    try {
      pivoted_cholesky(MatrixFreeGram<double>(kernel, X));
      FAIL("NaN was taken");
    } catch (const NonFiniteError& error) {
      CHECK(X(error.row()) * X(error.column()) < 0);
    }
  }
}

TEST_CASE("pivoted Cholesky notices a matrix that is not positive semidefinite", "[solver]") {
  const arma::mat K = {{1, 2, 0}, {2, 1, 0}, {0, 0, 1}};
  const auto own = pivoted_cholesky(DenseGram<double>(K), {.rank = 3, .seed = GENERATE(1, 2, 3)});
  CHECK(own.report.status == Status::not_positive_definite);
  CHECK(own.F.n_cols == 0);
  CHECK(own.pivots.empty());
  CHECK_FALSE(own.report.message.empty());
  const arma::mat negative = {{1, 0}, {0, -1}};
  CHECK(pivoted_cholesky(DenseGram<double>(negative)).report.status ==
        Status::not_positive_definite);
}

TEST_CASE("pivoted Cholesky of zero, its stop and its refusals", "[solver]") {
  const auto zero = pivoted_cholesky(DenseGram<double>(arma::mat(5, 5, arma::fill::zeros)));
  CHECK(zero.report.status == Status::converged);
  CHECK(zero.pivots.empty());
  CHECK(zero.relative_trace == 0);

  const arma::mat X = normal_matrix<double>(3, 300, 908);
  const MatrixFreeGram<double> K(Rbf(1), X);
  int calls = 0;
  const auto stopped = pivoted_cholesky(K, {.rank = 300, .progress = [&](const Progress&) {
                                              return ++calls < 3 ? Continue::yes : Continue::no;
                                            }});
  CHECK(stopped.report.status == Status::stopped);
  CHECK(calls == 3);
  CHECK(stopped.pivots.size() > 1);
  CHECK(stopped.pivots.size() < 300);
  check_factor(stopped, gram(Rbf(1), X), 1e-12);

  REQUIRE_THROWS_WITH(pivoted_cholesky(K, {.rank = 0}),
                      "pivoted_cholesky: rank must be at least 1, is 0");
  REQUIRE_THROWS_WITH(pivoted_cholesky(K, {.tolerance = 1}),
                      "pivoted_cholesky: tolerance must be in [0, 1), is 1");
  REQUIRE_THROWS_WITH(pivoted_cholesky(K, {.threads = -1}),
                      "pivoted_cholesky: threads must be at least 0 (0: all), is -1");
  REQUIRE_THROWS_AS(pivoted_cholesky(K, {.rank = 300, .memory_budget = 100000}), BudgetError);
  const arma::mat few = X.head_cols(3);
  const MatrixFreeGram<double> wide(Rbf(1), X, few);
  REQUIRE_THROWS_WITH(pivoted_cholesky(wide),
                      "pivoted_cholesky: K must have 300 columns (it must be square), has 3");
}
