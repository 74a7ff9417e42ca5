// Gaussian processes on bad input, on the edge of what has a solution, and when they are stopped.
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <thread>

#include "mercer/core/errors.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_points.hpp"

using namespace mercer;
using test::same_bits;

namespace {

arma::vec outputs(const arma::mat& X) {
  arma::vec y(X.n_cols);
  for (index_t i = 0; i < y.n_elem; ++i) y(i) = std::sin(2 * X(0, i)) + 0.3 * X(1, i);
  return y;
}

}  // namespace

TEST_CASE("duplicated points without noise need a jitter, which is told", "[model][gp]") {
  arma::mat X = random_points<double>(2, 40, 1);
  X.tail_cols(20) = X.head_cols(20);
  GaussianProcess<double> model(2.0 * Rbf(0.5), {.noise = 0});
  const Report report = model.fit(X, outputs(X));
  REQUIRE(report);
  CHECK(model.jitter() > 0);
  CHECK(model.jitter() <= 1e-11);
  CHECK(model.theta().size() == 2);  // no logarithm of noise 0
  CHECK(model.predict_with_std(X).standard_deviation.is_finite());
  // Half of it does not do.
  arma::mat K = gram(2.0 * Rbf(0.5), X);
  K.diag() += model.jitter() / 2;
  const CholeskyFactor<double> half(tiles_of_upper(K));
  CHECK(half.status() == Status::not_positive_definite);
}

TEST_CASE("no jitter where none is needed", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 40, 2);
  GaussianProcess<double> model(1.0 * Rbf(0.5), {.noise = 1e-8});
  REQUIRE(model.fit(X, outputs(X)));
  CHECK(model.jitter() == 0);
}

TEST_CASE("an indefinite kernel is refused by its leading minor", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 30, 3);
  const bool optimise = GENERATE(false, true);
  GaussianProcess<double> model(Sigmoid(2, -1), {.noise = 1e-3, .optimise = optimise});
  const Report report = model.fit(X, outputs(X));
  CHECK(report.status == Status::not_positive_definite);
  CHECK_FALSE(model.is_fitted());
  CHECK_THAT(report.message,
             Catch::Contains("leading minor of order ") && Catch::Contains("nor with jitter"));
}

TEST_CASE("constant outputs and one point", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 25, 4);
  const bool optimise = GENERATE(false, true);
  GaussianProcess<double> constant(1.0 * Rbf(0.5), {.optimise = optimise});
  const Report report = constant.fit(X, arma::vec(25, arma::fill::value(7.0)));
  REQUIRE(report);
  CHECK(arma::abs(constant.predict(X) - 7).max() <= 1e-12);

  GaussianProcess<double> one(1.0 * Rbf(0.5), {.noise = 0.1, .optimise = optimise});
  REQUIRE(one.fit(X.head_cols(1), arma::vec{3}));
  CHECK(one.predict(X.head_cols(1))(0) == 3);
  if (!optimise) {
    const double expected = std::sqrt(1 - 1 / 1.1);
    CHECK(one.predict_with_std(X.head_cols(1)).standard_deviation(0) ==
          Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("NaN from a kernel is refused by name", "[model][gp]") {
  const auto broken = make_kernel<Statistic::dot>("broken", [](auto s) {
    return s > 1 ? std::numeric_limits<decltype(s)>::quiet_NaN() : 1 / (2 + s * s);
  });
  const arma::mat X = random_points<double>(2, 30, 5);
  GaussianProcess<double> model(2.0 * broken, {.optimise = true});
  CHECK_THROWS_WITH(model.fit(X, outputs(X)),
                    Catch::StartsWith("GaussianProcess::fit: K must be finite, K("));
  CHECK_FALSE(model.is_fitted());
}

TEST_CASE("a stop leaves the best parameters, or the model as it was", "[model][gp]") {
  const arma::mat X = random_points<double>(3, 200, 6);
  const arma::vec y = outputs(X);
  GaussianProcessOptions options{.noise = 1, .optimise = true};
  const AnyKernel start = 1.0 * Ard({1, 1, 1}, Rbf(0.5));
  GaussianProcess<double> whole(start, options);
  REQUIRE(whole.fit(X, y));

  index_t calls = 0;
  double best = -std::numeric_limits<double>::infinity();
  SECTION("by the callback after some evaluations") {
    options.progress = [&](const Progress& state) {
      if (state.stage == "marginal likelihood") ++calls;
      return calls < 6 ? Continue::yes : Continue::no;
    };
    GaussianProcess<double> model(start, options);
    const Report report = model.fit(X, y);
    CHECK(report.status == Status::stopped);
    CHECK(report.iterations == 6);
    CHECK(report.message == ended_early("GaussianProcess::fit", Status::stopped));
    REQUIRE(model.is_fitted());
    best = model.log_marginal_likelihood();
    CHECK(best < whole.log_marginal_likelihood());
    CHECK(best >
          model.marginal_likelihood(X, y, GaussianProcess<double>(start, options).theta()).value);
  }
  SECTION("by the limit of evaluations") {
    options.search.max_evaluations = 4;
    GaussianProcess<double> model(start, options);
    const Report report = model.fit(X, y);
    CHECK(report.status == Status::iteration_limit);
    CHECK(report.iterations == 4);
    CHECK(model.is_fitted());
  }
  SECTION("by the clock after some evaluations") {
    options.search.time_limit = 0.05;
    options.progress = [](const Progress&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      return Continue::yes;
    };
    GaussianProcess<double> model(start, options);
    const Report report = model.fit(X, y);
    CHECK(report.status == Status::time_limit);
    CHECK(report.message == ended_early("GaussianProcess::fit", Status::time_limit));
    REQUIRE(model.is_fitted());
    CHECK(model.log_marginal_likelihood() < whole.log_marginal_likelihood());
    CHECK(model.predict_with_std(X).standard_deviation.is_finite());
  }
  SECTION("by the clock before the first evaluation") {
    options.search.time_limit = 1e-9;
    GaussianProcess<double> model(start, options);
    const Report report = model.fit(X, y);
    CHECK(report.status == Status::time_limit);
    CHECK_FALSE(model.is_fitted());
    CHECK_THAT(report.message, Catch::Contains("the model is as it was"));
  }
}

TEST_CASE("doors refuse what makes no sense", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 20, 7);
  const arma::vec y = outputs(X);
  CHECK_THROWS_WITH(GaussianProcess<double>(Rbf(1), {.noise = -1}),
                    "GaussianProcess: noise must be finite and at least 0, is -1");
  CHECK_THROWS_WITH(GaussianProcess<double>(Rbf(1), {.search = {.range = 1}}),
                    "GaussianProcess: search.range must be finite and above 1, is 1");
  CHECK_THROWS_WITH(GaussianProcess<double>(Rbf(1), {.search = {.time_limit = 0}}),
                    "GaussianProcess: search.time_limit must be positive, is 0");
  CHECK_THROWS_AS(GaussianProcess<double>(Rbf(1), {.threads = -1}), std::invalid_argument);
  GaussianProcess<double> model(1.0 * Rbf(1));
  CHECK_THROWS_AS(model.predict(X), LogicError);
  CHECK_THROWS_AS(model.predict_with_std(X), LogicError);
  CHECK_THROWS_AS(model.log_marginal_likelihood(), LogicError);
  CHECK_THROWS_AS(model.fit(X, arma::vec(y.head(19))), std::invalid_argument);
  CHECK_THROWS_AS(model.fit(arma::mat(2, 0), arma::vec()), std::invalid_argument);
  CHECK_THROWS_WITH(model.fit(X, y, arma::vec(20, arma::fill::value(-1.0))),
                    "GaussianProcess::fit: a noise variance must be finite and at least 0, is -1");
  CHECK_THROWS_AS(model.fit(X, y, arma::vec(19, arma::fill::ones)), std::invalid_argument);
  arma::vec bad = y;
  bad(3) = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(model.fit(X, bad), std::invalid_argument);
  CHECK_THROWS_WITH(model.marginal_likelihood(X, y, std::vector<double>{0, 0}),
                    "GaussianProcess::marginal_likelihood: theta must have 3 values (those of the "
                    "kernel, then log noise), has 2");
  GaussianProcess<double> bounded(Rbf(1), {.optimise = true, .search = {.lower = {0}}});
  CHECK_THROWS_WITH(bounded.fit(X, y),
                    "GaussianProcess::fit: search.lower must have 2 values (one per theta), has 1");
  GaussianProcess<double> crossed(
      Rbf(1), {.optimise = true, .search = {.lower = {0, 0}, .upper = {1, -1}}});
  CHECK_THROWS_WITH(
      crossed.fit(X, y),
      "GaussianProcess::fit: search.lower[1] must be at most search.upper[1] = -1, is 0");
  GaussianProcess<double> small(Rbf(1), {.memory_budget = 1000});
  CHECK_THROWS_AS(small.fit(X, y), BudgetError);
  REQUIRE(model.fit(X, y));
  CHECK_THROWS_AS(model.predict(random_points<double>(3, 4, 8)), std::invalid_argument);
  CHECK_THROWS_AS(model.sample_prior(random_points<double>(3, 4, 8), 1), std::invalid_argument);
  CHECK_THROWS_WITH(GaussianProcess<double>(Sigmoid(2, -1)).sample_prior(X, 1),
                    Catch::StartsWith("GaussianProcess::sample: the covariance is not positive "
                                      "definite, its leading minor of order "));
}
