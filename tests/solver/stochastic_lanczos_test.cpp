#include "mercer/solver/stochastic_lanczos.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/solver/cholesky.hpp"
#include "mercer/solver/pivoted_cholesky.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

// K + lambda I with its preconditioner in T and its exact log det.
template <class T>
struct Problem {
  Problem(const arma::mat& K, double lambda, index_t rank, std::uint64_t seed = 1, int threads = 0)
      : op(K, {.threads = threads}),
        P(arma::conv_to<Mat<T>>::from(
              pivoted_cholesky(op, {.rank = rank, .seed = seed, .threads = threads}).F),
          lambda, threads) {
    const CholeskyFactor<double> factor(
        tiles_of_upper<double>(K + lambda * arma::eye(K.n_rows, K.n_rows)));
    REQUIRE(factor.status() == Status::converged);
    exact = factor.log_determinant();
  }

  LogDeterminant estimate(const StochasticLanczosOptions& options = {},
                          IterationWatch watch = no_watch) const {
    return stochastic_log_determinant(
        [&](const Mat<double>& V, Mat<double>& out) { op.multiply(V, out); }, P, options, watch);
  }

  DenseGram<double> op;
  LowRankPreconditioner<T> P;
  double exact = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("log det is within four standard errors of Cholesky's", "[solver][lanczos]",
                   float, double) {
  const arma::mat X = normal_matrix<double>(3, 500, 31);
  const AnyKernel kernel =
      GENERATE(AnyKernel(Rbf(0.3)), AnyKernel(2.0 * Matern12(0.8)), AnyKernel(0.3 * Linear()));
  const double lambda = GENERATE(1e-3, 0.1, 10.0);
  const index_t rank = GENERATE(1, 30, 200);
  const std::uint64_t seed = GENERATE(1, 2);
  CAPTURE(kernel->expression(), lambda, rank, seed);
  const Problem<TestType> problem(gram(*kernel, X), lambda, rank, seed);
  const LogDeterminant own = problem.estimate({.seed = seed, .smallest = 0.5});
  REQUIRE(own.status == Status::converged);
  CAPTURE(own.value, problem.exact, own.standard_error, own.quadrature_error, own.iterations);
  CHECK(own.quadrature_error <= 0.01);
  CHECK(own.samples.n_elem == 16);
  CHECK(own.value == Approx(arma::mean(own.samples)).epsilon(1e-13).margin(1e-10));
  CHECK(own.standard_error ==
        Approx(arma::stddev(own.samples) / 4).epsilon(1e-6).margin(1e-12 * std::abs(own.value)));
  const double rounding = 1e-12 * std::abs(problem.exact);
  CHECK(std::abs(own.value - problem.exact) <=
        4 * own.standard_error + own.quadrature_error + rounding);
}

TEST_CASE("the standard error falls as one over the root of the probes", "[solver][lanczos]") {
  const Problem<double> problem(gram(Rbf(0.8), normal_matrix<double>(3, 300, 32)), 0.01, 20);
  const double few = problem.estimate({.probes = 100}).standard_error;
  const double many = problem.estimate({.probes = 1600}).standard_error;
  CAPTURE(few, many);
  CHECK(few / many >= 4 * 0.75);  // the deviation of 100 samples is known to 7 %
  CHECK(few / many <= 4 * 1.25);
}

TEST_CASE("two standard errors cover the truth as often as they should", "[solver][lanczos]") {
  const Problem<double> problem(gram(Rbf(0.8), normal_matrix<double>(3, 200, 33)), 0.01, 20);
  int inside = 0, high = 0;
  constexpr int runs = 200;
  for (int seed = 0; seed < runs; ++seed) {
    const LogDeterminant own = problem.estimate({.seed = std::uint64_t(seed), .tolerance = 1e-4});
    const double error = own.value - problem.exact;
    inside += std::abs(error) <= 2 * own.standard_error;
    high += error > 0;
  }
  // Student's distribution of 15 degrees of freedom has 93.6 % there: 187 +- 3.5 of 200.
  CAPTURE(inside, high);
  CHECK(inside >= 177);
  CHECK(inside <= 197);
  CHECK(high >= 72);  // without bias: 100 +- 7
  CHECK(high <= 128);
}

TEST_CASE("the quadrature error bounds what more iterations change", "[solver][lanczos]") {
  const Problem<double> problem(gram(Matern12(1), normal_matrix<double>(2, 300, 34)), 0.01, 10);
  const LogDeterminant exact = problem.estimate({.tolerance = 1e-9});
  REQUIRE(exact.status == Status::converged);
  for (const index_t limit : {1, 2, 4, 8, 16, 32}) {
    const LogDeterminant own = problem.estimate({.tolerance = 1e-9, .max_iterations = limit});
    CAPTURE(limit);
    CHECK(own.status == Status::iteration_limit);
    CHECK(own.iterations == limit);
    CHECK(std::abs(own.value - exact.value) <= own.quadrature_error + 1e-8);
    CHECK(own.quadrature_error > 1e-9);
  }
  const LogDeterminant loose = problem.estimate({.tolerance = 1});
  CHECK(loose.iterations < exact.iterations);
  CHECK(std::abs(loose.value - exact.value) <= loose.quadrature_error + 1e-8);
}

TEST_CASE("a preconditioner of full rank leaves nothing to chance", "[solver][lanczos]") {
  const index_t n = GENERATE(1, 2, 63, 300);
  const Problem<double> problem(gram(Matern12(1), normal_matrix<double>(3, n, 35)), 0.1, n);
  REQUIRE(problem.P.factor().n_cols == n);
  const LogDeterminant own = problem.estimate();
  REQUIRE(own.status == Status::converged);
  CHECK(own.iterations == 1);
  CHECK(own.standard_error <= 1e-11);
  CHECK(std::abs(own.value - problem.exact) <= 1e-11 * (1 + std::abs(problem.exact)));
}

// import numpy as np                                                 # numpy 1.24.2
// i = np.arange(1, 401)
// X = np.stack([np.sin(12.9898 * i), np.cos(78.233 * i), np.sin(0.7 * i**1.5)])
// K = np.exp(-2.0 * ((X[:, :, None] - X[:, None, :])**2).sum(0))
// for l in [1e-3, 0.1]: print(np.linalg.slogdet(K + l * np.eye(400))[1])
TEST_CASE("log det is numpy's", "[solver][lanczos]") {
  arma::mat X(3, 400);
  for (index_t k = 0; k < 400; ++k) {
    const double i = static_cast<double>(k + 1);
    X.col(k) =
        arma::vec{std::sin(12.9898 * i), std::cos(78.233 * i), std::sin(0.7 * std::pow(i, 1.5))};
  }
  const auto [lambda, expected] =
      GENERATE(std::pair(1e-3, -1761.4609520936135), std::pair(0.1, -645.4729723041094));
  const Problem<double> problem(gram(Rbf(2), X), lambda, 100);
  CHECK(problem.exact == Approx(expected).epsilon(1e-12));
  const LogDeterminant own = problem.estimate({.probes = 1024});
  CAPTURE(own.value, own.standard_error);
  CHECK(own.standard_error <= 1.5);
  CHECK(std::abs(own.value - expected) <= 4 * own.standard_error + own.quadrature_error);
}

TEMPLATE_TEST_CASE("the estimate has the same bits for any number of threads", "[solver][lanczos]",
                   float, double) {
  const arma::mat K = gram(Rbf(0.3), normal_matrix<double>(4, 700, 36));
  const auto estimate = [&](int threads) {
    return Problem<TestType>(K, 0.01, 50, 1, threads)
        .estimate({.smallest = 0.5, .threads = threads});
  };
  const LogDeterminant first = estimate(1);
  for (const int threads : {2, 3, 5}) {
    const LogDeterminant own = estimate(threads);
    CHECK(same_bits<double>(own.samples, first.samples));
    CHECK(own.value == first.value);
    CHECK(own.standard_error == first.standard_error);
    CHECK(own.quadrature_error == first.quadrature_error);
  }
}

TEST_CASE("the watch sees each product and may end the work", "[solver][lanczos]") {
  const Problem<double> problem(gram(Matern12(1), normal_matrix<double>(2, 200, 37)), 0.01, 10);
  index_t calls = 0;
  double last = 0;
  const LogDeterminant own = problem.estimate({}, [&](index_t iteration, double worst) {
    CHECK(iteration == ++calls);
    last = worst;
  });
  CHECK(calls == own.iterations);
  CHECK(last <= 1);
  struct Stop {};
  calls = 0;
  CHECK_THROWS_AS(problem.estimate({},
                                   [&](index_t, double) {
                                     if (++calls == 3) throw Stop{};
                                   }),
                  Stop);
  CHECK(calls == 3);
}

TEST_CASE("matrices without log det, and options out of range", "[solver][lanczos]") {
  const Problem<double> problem(gram(Rbf(1), normal_matrix<double>(2, 100, 38)), 0.1, 10);
  const auto of = [&](double factor) {
    return stochastic_log_determinant(
        [&](const Mat<double>& V, Mat<double>& out) {
          problem.op.multiply(V, out);
          out *= factor;
        },
        problem.P);
  };
  CHECK(of(1).status == Status::converged);
  for (const double factor : {-1.0, std::numeric_limits<double>::quiet_NaN()}) {
    const LogDeterminant bad = of(factor);
    CHECK(bad.status == Status::not_positive_definite);
    CHECK(std::isnan(bad.value));
    CHECK(std::isnan(bad.standard_error));
  }
  // A positive definite A that is not at least P.
  CHECK(of(0).status == Status::not_positive_definite);

  const std::string where = "stochastic_log_determinant: ";
  CHECK_THROWS_WITH(problem.estimate({.probes = 1}), where + "probes must be at least 2, is 1");
  CHECK_THROWS_WITH(problem.estimate({.tolerance = 0}),
                    where + "tolerance must be finite and positive, is 0");
  CHECK_THROWS_WITH(problem.estimate({.smallest = 1.5}),
                    where + "smallest must be in (0, 1], is 1.5");
  CHECK_THROWS_WITH(problem.estimate({.smallest = 0}), where + "smallest must be in (0, 1], is 0");
  CHECK_THROWS_WITH(problem.estimate({.max_iterations = 0}),
                    where + "max_iterations must be at least 1, is 0");
  CHECK_THROWS_WITH(problem.estimate({.threads = -1}),
                    where + "threads must be at least 0 (0: all), is -1");
}
