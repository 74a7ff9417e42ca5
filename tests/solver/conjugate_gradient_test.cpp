#include "mercer/solver/conjugate_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/solver/low_rank_preconditioner.hpp"
#include "mercer/solver/pivoted_cholesky.hpp"
#include "support/catch.hpp"
#include "support/long_matrix.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::LongMatrix;
using test::normal_matrix;
using test::relative_difference;

namespace {

const Rbf kernel(0.2);

constexpr auto identity = [](const arma::mat& V, arma::mat& out) { out = V; };

// (K + lambda I) x = b with K as given, to long double.
struct Problem {
  arma::mat K, B;
  double lambda;
  LongMatrix solution;

  Problem(arma::mat K_, arma::mat B_, double lambda_)
      : K(std::move(K_)), B(std::move(B_)), lambda(lambda_) {
    LongMatrix A(K);
    for (index_t i = 0; i < K.n_rows; ++i) A(i, i) += lambda;
    solution = test::solve_positive_definite(A, LongMatrix(B));
  }

  void multiply(const arma::mat& V, arma::mat& out) const { out = K * V; }

  // ||x - x*||_K, column by column.
  arma::vec errors(const arma::mat& X) const {
    LongMatrix E(X);
    for (index_t c = 0; c < E.cols(); ++c) {
      for (index_t i = 0; i < E.rows(); ++i) E(i, c) -= solution(i, c);
    }
    const LongMatrix KE = test::multiply_symmetric(LongMatrix(K), E);
    arma::vec out(E.cols());
    for (index_t c = 0; c < E.cols(); ++c) {
      const long double square = test::dot(E.column(c), KE.column(c), E.rows());
      out(c) = static_cast<double>(std::sqrt(std::max(square, 0.0L)));
    }
    return out;
  }

  arma::vec residual_norms(const arma::mat& X) const {
    const arma::mat R = B - K * X - lambda * X;
    return arma::sqrt(arma::sum(R % R, 0).t());
  }
};

Problem rbf_problem(index_t n, index_t outputs, double lambda) {
  return {gram(kernel, normal_matrix<double>(3, n, 1201)), normal_matrix<double>(n, outputs, 1202),
          lambda};
}

ConjugateGradientResult solve(const Problem& problem, arma::mat& X,
                              const ConjugateGradientOptions& options,
                              LinearMap precondition = identity, IterationWatch watch = no_watch) {
  const auto multiply = [&](const arma::mat& V, arma::mat& out) { problem.multiply(V, out); };
  return conjugate_gradient(multiply, multiply, precondition, problem.B, X, options, watch);
}

ConjugateGradientOptions options_for(const Problem& problem, double target) {
  return {.lambda = problem.lambda, .targets = test::constant(problem.B.n_cols, target)};
}

// A low-rank P <= K + lambda I.
LowRankPreconditioner<double> lower_bound(index_t n, double lambda) {
  const arma::mat X = normal_matrix<double>(3, n, 1201);
  auto columns = pivoted_cholesky(MatrixFreeGram<double>(kernel, X), {.rank = n / 6});
  return LowRankPreconditioner<double>(std::move(columns.F), lambda);
}

}  // namespace

TEST_CASE("conjugate gradients solve K + lambda I", "[solver][cg]") {
  const index_t n = GENERATE(1u, 2u, 50u, 300u), outputs = GENERATE(1u, 3u);
  const double lambda = GENERATE(1e-3, 1.0, 1e4);
  CAPTURE(n, outputs, lambda);
  const Problem problem = rbf_problem(n, outputs, lambda);
  arma::mat X(n, outputs, arma::fill::zeros);
  const double target = 1e-10 / std::sqrt(lambda);
  const auto result = solve(problem, X, options_for(problem, target));
  CHECK(result.converged);
  CHECK(result.iterations >= 1);
  CHECK(result.iterations <= 1000);
  REQUIRE(result.bounds.n_elem == outputs);
  CHECK(result.bounds.max() <= target);
  CHECK(problem.errors(X).max() <= 1.01 * target);  // 1 %: what rounding does to the recurrence
}

TEST_CASE("the bounds of conjugate gradients hold at every iteration", "[solver][cg]") {
  const double lambda = GENERATE(1e-4, 1e-2, 1.0);
  const bool preconditioned = GENERATE(false, true), lower = GENERATE(false, true);
  CAPTURE(lambda, preconditioned, lower);
  const index_t n = 200;
  const Problem problem = rbf_problem(n, 2, lambda);
  const LowRankPreconditioner<double> P = lower_bound(n, lambda);
  REQUIRE(P.is_valid());
  const auto precondition = [&](const arma::mat& R, arma::mat& Z) {
    if (preconditioned) return P.solve(R, Z);
    Z = R / lambda;  // lambda I <= K + lambda I
  };
  const double target = 1e-5 / std::sqrt(lambda);  // far above what rounding does to r
  auto options = options_for(problem, target);
  options.lower_preconditioner = lower;
  double tightest = arma::datum::inf;
  for (index_t limit = 0; limit <= 30; ++limit) {
    CAPTURE(limit);
    options.max_iterations = limit;
    arma::mat X(n, 2, arma::fill::zeros);
    const auto result = solve(problem, X, options, precondition);
    CHECK(result.iterations <= limit);
    const arma::vec errors = problem.errors(X), residuals = problem.residual_norms(X);
    for (index_t c = 0; c < 2; ++c) {
      CHECK(errors(c) <= result.bounds(c) * (1 + 1e-5));
      const double by_residual = residuals(c) / (2 * std::sqrt(lambda));
      CHECK(result.bounds(c) <= by_residual * (1 + 1e-5));
      if (!lower) CHECK(result.bounds(c) >= by_residual * (1 - 1e-5));
      tightest = std::min(tightest, result.bounds(c) / errors(c));
    }
    CHECK(result.converged == (result.bounds.max() <= target));
  }
  CHECK(tightest <= 10);
}

TEST_CASE("the bound by the residual is attained where an eigenvalue is lambda", "[solver][cg]") {
  // K = diag(lambda, 4 lambda): the first unit vector is where s / (s + lambda)^2 is largest.
  const double lambda = 0.25;
  const Problem problem(arma::diagmat(arma::vec{lambda, 4 * lambda}), arma::vec{3, 0}, lambda);
  auto options = options_for(problem, 1e-12);
  options.max_iterations = 0;
  arma::mat X(2, 1, arma::fill::zeros);
  const auto result = solve(problem, X, options);
  CHECK(result.iterations == 0);
  CHECK_FALSE(result.converged);
  CHECK(result.bounds(0) == Approx(problem.errors(X)(0)).epsilon(1e-14));
}

TEST_CASE("r' P^-1 r is the smaller bound where P is close", "[solver][cg]") {
  // With P = K + lambda I it is the error in the norm of K + lambda I.
  const arma::mat K = gram(kernel, normal_matrix<double>(3, 100, 1201));
  const Problem problem(K, K * normal_matrix<double>(100, 1, 1202), 1e-4);
  const arma::mat A = K + 1e-4 * arma::eye(100, 100);
  const auto exact = [&](const arma::mat& R, arma::mat& Z) { Z = arma::solve(A, R); };
  auto options = options_for(problem, 1e-13);
  options.max_iterations = 0;
  arma::mat X(100, 1, arma::fill::zeros);
  const double without = solve(problem, X, options, exact).bounds(0);
  options.lower_preconditioner = true;
  const double with = solve(problem, X, options, exact).bounds(0);
  CHECK(with <= 0.5 * without);
  const arma::mat solution = arma::solve(A, problem.B);
  CHECK(with == Approx(std::sqrt(arma::dot(problem.B, solution))).epsilon(1e-9));
  CHECK(problem.errors(X)(0) <= with);
}

TEST_CASE("several columns of conjugate gradients are each the search of one", "[solver][cg]") {
  const Problem problem = rbf_problem(250, 4, 1);
  auto options = options_for(problem, 1);
  options.targets = {1e-9, 1e-2, 1e-6, 1e-4};  // they leave one after another
  arma::mat X(250, 4, arma::fill::zeros);
  std::vector<index_t> widths;
  const auto multiply = [&](const arma::mat& V, arma::mat& out) {
    widths.push_back(V.n_cols);
    problem.multiply(V, out);
  };
  const auto result = conjugate_gradient(multiply, multiply, identity, problem.B, X, options);
  REQUIRE(result.converged);
  CHECK(widths.front() == 4);
  CHECK(widths.back() == 1);
  CHECK(std::is_sorted(widths.rbegin(), widths.rend()));
  CHECK(widths.size() == result.iterations);
  index_t longest = 0;
  for (index_t c = 0; c < 4; ++c) {
    CAPTURE(c);
    const Problem single(problem.K, problem.B.col(c), problem.lambda);
    arma::mat x(250, 1, arma::fill::zeros);
    const auto own = solve(single, x, options_for(single, options.targets(c)));
    REQUIRE(own.converged);
    CHECK(arma::abs(X.col(c) - x).max() <= 1e-6 * arma::abs(x).max());
    longest = std::max(longest, own.iterations);
  }
  CHECK(result.iterations <= longest + 2);
  CHECK(result.iterations + 2 >= longest);
}

TEST_CASE("rounded products reach targets far below what rounding did", "[solver][cg]") {
  const index_t n = 300;
  const Problem problem = rbf_problem(n, 2, 1e-2);
  arma::mat E = normal_matrix<double>(n, n, 1203);
  E = 1e-6 / arma::norm(E + E.t()) * (E + E.t());
  index_t anew = 0, products = 0;
  const auto rounded = [&](const arma::mat& V, arma::mat& out) {
    ++products;
    out = (problem.K + E) * V;
  };
  const auto exact = [&](const arma::mat& V, arma::mat& out) {
    ++anew;
    problem.multiply(V, out);
  };
  auto options = options_for(problem, 1e-11);
  arma::mat X(n, 2, arma::fill::zeros);
  CHECK(conjugate_gradient(rounded, exact, identity, problem.B, X, options).converged);
  CHECK(problem.errors(X).max() >= 1e-8);  // of a perturbation that it is not told of
  CHECK(anew == 0);

  options.perturbation = 1e-6;
  X.zeros();
  products = 0;
  const auto result = conjugate_gradient(rounded, exact, identity, problem.B, X, options);
  CHECK(result.converged);
  CHECK(problem.errors(X).max() <= 1.2 * 1e-11);  // a tenth of ||r|| may be unseen
  CHECK(anew >= 1);
  CHECK(anew <= products / 3);
}

TEST_CASE("the start of conjugate gradients may be near the solution", "[solver][cg]") {
  const Problem problem = rbf_problem(200, 2, 1e-2);
  const auto options = options_for(problem, 1e-9);
  arma::mat from_zero(200, 2, arma::fill::zeros);
  const auto slow = solve(problem, from_zero, options);
  arma::mat near = from_zero + 1e-6 * normal_matrix<double>(200, 2, 1204);
  const auto fast = solve(problem, near, options);
  CHECK(fast.converged);
  CHECK(fast.iterations < slow.iterations);
  CHECK(problem.errors(near).max() <= 1.01e-9);
  arma::mat far = 100 * normal_matrix<double>(200, 2, 1205);
  CHECK(solve(problem, far, options).converged);
  CHECK(problem.errors(far).max() <= 1.01e-9);
  const auto again = solve(problem, far, options_for(problem, 1e-6));  // is there already
  CHECK(again.converged);
  CHECK(again.iterations == 0);
}

TEST_CASE("a right side of zeros has the solution 0", "[solver][cg]") {
  const arma::mat zeros(60, 2, arma::fill::zeros);
  const Problem problem(gram(kernel, normal_matrix<double>(3, 60, 1206)), zeros, 0.1);
  arma::mat X = zeros;
  const auto result = solve(problem, X, options_for(problem, 1e-9));
  CHECK(result.converged);
  CHECK(result.iterations == 0);
  CHECK(X.is_zero());
  CHECK(result.bounds.is_zero());
  const auto exactly = solve(problem, X, options_for(problem, 0));
  CHECK(exactly.converged);
  X.randn();
  CHECK(solve(problem, X, options_for(problem, 1e-9)).converged);
  CHECK(problem.errors(X).max() <= 1.01e-9);
}

TEST_CASE("what a map or the watch throws leaves the iterate of before", "[solver][cg]") {
  const Problem problem = rbf_problem(150, 2, 1e-2);
  auto options = options_for(problem, 1e-12);
  options.max_iterations = 5;
  arma::mat expected(150, 2, arma::fill::zeros);
  solve(problem, expected, options);
  options.max_iterations = 1000;

  const int who = GENERATE(0, 1, 2);
  CAPTURE(who);
  index_t calls = 0;
  const auto end = [&](bool mine, index_t last) {
    if (mine && ++calls > last) throw std::runtime_error("enough");
  };
  const auto multiply = [&](const arma::mat& V, arma::mat& out) {
    end(who == 0, 5);
    problem.multiply(V, out);
  };
  const auto precondition = [&](const arma::mat& R, arma::mat& Z) {
    end(who == 1, 5);
    Z = R;
  };
  arma::mat X(150, 2, arma::fill::zeros);
  REQUIRE_THROWS_WITH(conjugate_gradient(multiply, multiply, precondition, problem.B, X, options,
                                         [&](index_t, double) { end(who == 2, 4); }),
                      "enough");
  CHECK(relative_difference(X, expected) <= 1e-12);
}

TEST_CASE("the watch of conjugate gradients sees each iteration and the worst bound",
          "[solver][cg]") {
  const Problem problem = rbf_problem(150, 3, 1e-2);
  const auto options = options_for(problem, 1e-5);
  std::vector<double> worsts;
  arma::mat X(150, 3, arma::fill::zeros);
  const auto result = solve(problem, X, options, identity, [&](index_t iteration, double worst) {
    CHECK(iteration == worsts.size() + 1);
    const double exact = problem.residual_norms(X).max() / (2 * std::sqrt(1e-2)) / 1e-5;
    CHECK(worst == Approx(exact).epsilon(1e-3));
    worsts.push_back(worst);
  });
  CHECK(worsts.size() == result.iterations);
  CHECK(worsts.front() > 1);
  CHECK(worsts.back() <= 1);
}

TEST_CASE("an indefinite matrix ends conjugate gradients", "[solver][cg]") {
  Problem problem = rbf_problem(80, 2, 1e-2);
  problem.K = -problem.K;
  arma::mat X(80, 2, arma::fill::zeros);
  const auto result = solve(problem, X, options_for(problem, 1e-9));
  CHECK_FALSE(result.converged);
  CHECK(result.iterations < 1000);
  CHECK(X.is_finite());
  const auto negative = [](const arma::mat& R, arma::mat& Z) { Z = -R; };
  CHECK_FALSE(solve(rbf_problem(80, 2, 1e-2), X, options_for(problem, 1e-9), negative).converged);
  CHECK(X.is_finite());
}

TEST_CASE("targets below rounding end conjugate gradients at the limit at the latest",
          "[solver][cg]") {
  const Problem problem = rbf_problem(80, 2, 1.0);
  auto options = options_for(problem, 0);
  options.max_iterations = 400;
  arma::mat X(80, 2, arma::fill::zeros);
  const auto result = solve(problem, X, options);
  CHECK(result.iterations <= 400);
  CHECK(problem.errors(X).max() <= 1e-13);
}

TEST_CASE("conjugate_gradient refuses bad input", "[solver][cg]") {
  const Problem problem = rbf_problem(5, 2, 1);
  arma::mat X(5, 2, arma::fill::zeros), short_X(4, 2), narrow(5, 1);
  auto options = options_for(problem, 1);
  options.lambda = 0;
  REQUIRE_THROWS_WITH(solve(problem, X, options),
                      "conjugate_gradient: lambda must be finite and positive, is 0");
  options = options_for(problem, 1);
  REQUIRE_THROWS_WITH(solve(problem, short_X, options),
                      "conjugate_gradient: X must have 5 rows (as B has), has 4");
  REQUIRE_THROWS_WITH(solve(problem, narrow, options),
                      "conjugate_gradient: X must have 2 columns (as B has), has 1");
  options.targets = {1};
  REQUIRE_THROWS_WITH(solve(problem, X, options),
                      "conjugate_gradient: targets must have 2 rows (one per column of B), has 1");
}
