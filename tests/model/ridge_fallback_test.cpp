// Where conjugate gradients do not serve, automatic changes the method, or tells.
#include <algorithm>
#include <cmath>
#include <string>

#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

TEST_CASE("automatic goes over to a factor where conjugate gradients take too long",
          "[model][ridge_fallback]") {
  const index_t n = 3050;
  const arma::mat X = normal_matrix<double>(3, n, 1605), Y = normal_matrix<double>(n, 1, 1606);
  const double lambda = GENERATE(0.1, 1e-4);  // above and below what a factor in float serves
  CAPTURE(lambda);
  const KernelRidgeOptions options{.lambda = lambda, .tolerance = 1e-9, .max_iterations = 7};
  KernelRidge<double> model(Laplacian(0.25), options);
  CHECK(model.plan(X).method == RidgeMethod::conjugate_gradient);
  const Report report = model.fit(X, Y);
  REQUIRE(report);
  CHECK(report.message.empty());
  CHECK(report.method == (lambda == 0.1 ? "mixed cholesky (K matrix-free)" : "cholesky"));
  CHECK(report.certificate.relative_residual <= 1e-11);

  if (lambda == 0.1) return;
  // a method that is named stays, and so does the only one that fits
  KernelRidgeOptions named = options;
  named.method = RidgeMethod::conjugate_gradient;
  KernelRidge<double> given_up(Laplacian(0.25), named);
  CHECK(given_up.fit(X, Y).status == Status::iteration_limit);
  KernelRidgeOptions little = options;
  little.memory_budget = 16000000;
  KernelRidge<double> small(Laplacian(0.25), little);
  const Report own = small.fit(X, Y);
  CHECK(own.status == Status::iteration_limit);
  CHECK(own.iterations == 7);
  CHECK_THAT(own.method, Catch::StartsWith("conjugate gradient (K matrix-free, rank "));
  CHECK(small.is_fitted());
}

TEST_CASE("300 iterations are what automatic gives conjugate gradients",
          "[model][ridge_fallback]") {
  const index_t n = 3001;
  const arma::mat X = normal_matrix<double>(3, n, 1607), Y = normal_matrix<double>(n, 1, 1608);
  index_t most = 0;
  KernelRidge<double> model(Laplacian(0.25),
                            {.lambda = 1e-6, .rank = 5, .progress = [&](const Progress& state) {
                               if (state.stage == "conjugate gradient") {
                                 most = std::max(most, state.iteration);
                               }
                               return Continue::yes;
                             }});
  const Report report = model.fit(X, Y);
  REQUIRE(report);
  CHECK(most == 300);
  CHECK(report.method == "cholesky");
}

TEST_CASE("a stop in the iterations after a change of method leaves the best so far",
          "[model][ridge_fallback]") {
  const index_t n = 3050;
  const arma::mat X = normal_matrix<double>(3, n, 1609), Y = normal_matrix<double>(n, 1, 1610);
  bool is_factored = false;
  const auto progress = [&](const Progress& state) {
    if (state.stage == "cholesky" && state.iteration > 0) is_factored = true;
    return is_factored && state.stage == "conjugate gradient" ? Continue::no : Continue::yes;
  };
  KernelRidge<double> model(
      Laplacian(0.25),
      {.lambda = 0.1, .tolerance = 1e-9, .max_iterations = 7, .progress = progress});
  const Report report = model.fit(X, Y);
  CHECK(report.status == Status::stopped);
  CHECK(report.message ==
        "KernelRidge::fit: stopped by the progress callback; the model is the best so far");
  CHECK(report.method == "mixed cholesky (K matrix-free)");
  CHECK(report.iterations == 1);
  REQUIRE(model.is_fitted());
  CHECK(report.certificate.relative_residual <= 0.1);
}

TEST_CASE("the last resort of automatic keeps to the budget as well", "[model][ridge_fallback]") {
  // one half in floats fits, one half in doubles does not
  const arma::mat X = normal_matrix<double>(3, 3050, 1615);
  const arma::mat Y = normal_matrix<double>(3050, 1, 1616);
  const KernelRidgeOptions options{
      .lambda = 0.1, .tolerance = 1e-9, .max_iterations = 1, .memory_budget = 30000000};
  KernelRidge<double> model(Laplacian(0.25), options);
  const Report report = model.fit(X, Y);
  CHECK(report.status == Status::iteration_limit);
  CHECK(report.method == "mixed cholesky (K matrix-free)");
  CHECK(report.iterations == 1);
  CHECK(model.is_fitted());
}

TEMPLATE_TEST_CASE("a kernel that is not positive semidefinite is told", "[model][ridge_fallback]",
                   float, double) {
  using T = TestType;
  const Mat<T> few = normal_matrix<T>(3, 300, 1611), Y_few = normal_matrix<T>(300, 1, 1612);
  KernelRidge<T> named(Sigmoid(0.5, -1),
                       {.lambda = 1e-3, .method = RidgeMethod::conjugate_gradient});
  const Report report = named.fit(few, Y_few);
  CHECK(report.status == Status::not_positive_definite);
  CHECK(report.message ==
        "KernelRidge::fit: K is not positive semidefinite; take another kernel, or the method "
        "cholesky and a lambda that makes K + lambda I positive definite");
  CHECK_FALSE(named.is_fitted());
  CHECK(std::isnan(report.certificate.prediction_error));

  const Mat<T> X = normal_matrix<T>(3, 3001, 1613), Y = normal_matrix<T>(3001, 1, 1614);
  KernelRidge<T> small(Sigmoid(0.5, -1), {.lambda = 1e-3});
  const Report told = small.fit(X, Y);
  CHECK(told.status == Status::not_positive_definite);
  CHECK_THAT(told.message, Catch::StartsWith("KernelRidge::fit: K + lambda I is not positive "
                                             "definite, its leading minor of order "));
  CHECK_FALSE(small.is_fitted());
  // a lambda that makes up for it: the equations have a solution, the bound has no meaning
  KernelRidge<T> large(Sigmoid(0.5, -1), {.lambda = 1e4});
  const Report solved = large.fit(X, Y);
  CHECK(solved);
  CHECK_THAT(solved.method, Catch::Contains("cholesky"));
  CHECK(std::isnan(solved.certificate.prediction_error));
  CHECK(solved.certificate.relative_residual <= (sizeof(T) == 8 ? 1e-11 : 1e-5));
}

TEST_CASE("a stop while a factor is made after conjugate gradients leaves their model",
          "[model][ridge_fallback]") {
  const index_t n = 3050;
  const arma::mat X = normal_matrix<double>(3, n, 1613), Y = normal_matrix<double>(n, 1, 1614);
  const auto progress = [](const Progress& state) {
    return state.stage == "cholesky" && state.iteration > 0 ? Continue::no : Continue::yes;
  };
  KernelRidge<double> model(
      Laplacian(0.25),
      {.lambda = 1e-4, .tolerance = 1e-9, .max_iterations = 7, .progress = progress});
  const Report report = model.fit(X, Y);
  CHECK(report.status == Status::stopped);
  CHECK(report.message ==
        "KernelRidge::fit: stopped by the progress callback; the model is the best so far");
  CHECK(report.iterations == 7);
  REQUIRE(model.is_fitted());
  CHECK(verify(model, X, Y).relative_residual < 1);
}

TEST_CASE("a K out of the range of float is no matter for automatic", "[model][ridge_fallback]") {
  const arma::mat X = normal_matrix<double>(3, 3050, 1615);
  const arma::mat Y = normal_matrix<double>(3050, 8, 1616);  // so many that a factor is chosen
  KernelRidge<double> model(1e40 * Laplacian(0.25), {.lambda = 1e38});
  const Report report = model.fit(X, Y);
  REQUIRE(report);
  CHECK(report.method == "cholesky");
}

TEST_CASE("conjugate gradients tell where K is not finite", "[model][ridge_fallback]") {
  // 0, 1, ..., 3049: only the first and the last are further apart than 3048.5
  const arma::mat X = arma::regspace<arma::rowvec>(0, 3049);
  const auto hole = make_kernel<Statistic::squared_distance>(
      "hole", [](auto s) { return s > 3048.5 * 3048.5 ? arma::datum::nan : std::exp(-s); });
  KernelRidge<double> model(hole, {.rank = 4});
  CHECK_THROWS_WITH(model.fit(X, normal_matrix<double>(3050, 1, 1617)),
                    "KernelRidge::fit: K must be finite, K(0, 3049) is nan");
}
