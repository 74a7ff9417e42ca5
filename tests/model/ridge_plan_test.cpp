// Which way KernelRidge takes, told before by plan() and after by the Report.
#include "model/ridge_plan.hpp"

#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

constexpr std::size_t MB = 1000000;
constexpr double float_unit = 0x1p-24;

template <class T = double>
RidgePlan plan(index_t n, index_t outputs, const KernelRidgeOptions& options, index_t dim = 2,
               double scale = 1) {
  const Mat<T> X(dim, n, arma::fill::ones);
  return KernelRidge<T>(scale * Rbf(0.5), options).plan(X, outputs);
}

template <class T = double>
RidgeMethod method(index_t n, index_t outputs, double lambda, std::size_t budget = 0,
                   double scale = 1) {
  return plan<T>(n, outputs, {.lambda = lambda, .memory_budget = budget}, 2, scale).method;
}

}  // namespace

TEMPLATE_TEST_CASE("automatic follows the table of RidgeMethod", "[model][ridge_plan]", float,
                   double) {
  using T = TestType;
  // leave_one_out
  CHECK(plan<T>(4000, 1, {.leave_one_out = true}).method == RidgeMethod::cholesky);
  CHECK(plan<T>(4000, 90, {.leave_one_out = true}).method == RidgeMethod::cholesky);
  // n <= 3000
  CHECK(method<T>(1, 1, 1) == RidgeMethod::cholesky);
  CHECK(method<T>(3000, 1, 1) == RidgeMethod::cholesky);
  CHECK(method<T>(3000, 90, 1) == RidgeMethod::cholesky);
  CHECK(method<T>(3001, 1, 1) == RidgeMethod::conjugate_gradient);
  // lambda < 1e-8 D, and its factor fits the budget
  CHECK(method<T>(3001, 1, 0.99e-8) == RidgeMethod::cholesky);
  CHECK(method<T>(3001, 1, 1.01e-8) == RidgeMethod::conjugate_gradient);
  CHECK(method<T>(3001, 1, 3.9e-8, 0, 4) == RidgeMethod::cholesky);
  CHECK(method<T>(3001, 1, 4.1e-8, 0, 4) == RidgeMethod::conjugate_gradient);
  CHECK(method<T>(3001, 1, 1e-9, 15 * MB) == RidgeMethod::conjugate_gradient);
  // t > n / 600, and its factor fits the budget
  const double limit = 8 * 3600 * float_unit;
  CHECK(method<T>(3600, 6, 1) == RidgeMethod::conjugate_gradient);
  CHECK(method<T>(3600, 7, 1) == RidgeMethod::mixed_cholesky);
  CHECK(method<T>(3600, 7, 1.001 * limit) == RidgeMethod::mixed_cholesky);
  CHECK(method<T>(3600, 7, 0.999 * limit) == RidgeMethod::cholesky);
  CHECK(method<T>(3600, 7, 1.001 * 4 * limit, 0, 4) == RidgeMethod::mixed_cholesky);
  CHECK(method<T>(3600, 7, 0.999 * 4 * limit, 0, 4) == RidgeMethod::cholesky);
  CHECK(method<T>(3600, 7, 1, 20 * MB) == RidgeMethod::conjugate_gradient);
}

TEST_CASE("few points whose factor does not fit go by conjugate gradients", "[model][ridge_plan]") {
  CHECK(plan(3000, 1, {.memory_budget = 50 * MB}).method == RidgeMethod::cholesky);
  CHECK(plan(3000, 1, {.memory_budget = 20 * MB}).method == RidgeMethod::conjugate_gradient);
  REQUIRE_THROWS_AS(plan(3000, 1, {.leave_one_out = true, .memory_budget = 20 * MB}), BudgetError);
}

TEST_CASE("the plan of a factor counts the outputs", "[model][ridge_plan]") {
  const auto bytes = [](index_t outputs) {
    return plan(1000, outputs, {.method = RidgeMethod::cholesky}).bytes;
  };
  CHECK(bytes(500) - bytes(1) == 5 * 1000 * 499 * sizeof(double));
}

TEST_CASE("of weights, lambda is judged beside the largest", "[model][ridge_plan]") {
  const DenseGram<double> K(arma::mat(3001, 3001, arma::fill::ones));
  Col<double> w(3001, arma::fill::ones);
  const KernelRidgeOptions options{.lambda = 3e-8};
  CHECK(ridge_plan(K, w, 1, options).method == RidgeMethod::conjugate_gradient);
  w(7) = 4;
  CHECK(ridge_plan(K, w, 1, options).method == RidgeMethod::cholesky);
}

TEST_CASE("a method that is named is taken", "[model][ridge_plan]") {
  for (const index_t n : {index_t{10}, index_t{3500}}) {
    for (const RidgeMethod named :
         {RidgeMethod::cholesky, RidgeMethod::mixed_cholesky, RidgeMethod::conjugate_gradient}) {
      for (const double lambda : {1e-12, 1.0}) {
        CHECK(plan(n, 1, {.lambda = lambda, .method = named}).method == named);
      }
    }
  }
}

TEST_CASE("the rank of the preconditioner is min(10 sqrt(n), n / 5), or as asked for",
          "[model][ridge_plan]") {
  const auto rank = [](index_t n, index_t asked) {
    return plan(n, 1, {.method = RidgeMethod::conjugate_gradient, .rank = asked}).rank;
  };
  CHECK(rank(1, 0) == 1);
  CHECK(rank(100, 0) == 20);
  CHECK(rank(2500, 0) == 500);
  CHECK(rank(3600, 0) == 600);
  CHECK(rank(4900, 0) == 700);
  CHECK(rank(100, 33) == 33);
  CHECK(rank(100, 5000) == 100);
  CHECK(plan(100, 1, {.method = RidgeMethod::cholesky, .rank = 33}).rank == 0);
}

TEMPLATE_TEST_CASE("less memory is tiles, then none, then a smaller rank, then BudgetError",
                   "[model][ridge_plan]", float, double) {
  using T = TestType;
  const auto under = [](std::size_t budget, index_t rank = 0) {
    return plan<T>(4000, 1, {.rank = rank, .memory_budget = budget});
  };
  const RidgePlan tiled = under(0);
  CHECK(tiled.method == RidgeMethod::conjugate_gradient);
  CHECK(tiled.route == Route::tiled);
  CHECK(tiled.rank == 632);
  CHECK(tiled.bytes >= 4000 * 4000 / 2 * 4 + 4000 * 632 * 4);
  CHECK(tiled.bytes <= 60 * MB);
  CHECK(under(tiled.bytes).route == Route::tiled);
  CHECK(under(tiled.bytes).budget == tiled.bytes);
  const RidgePlan free = under(tiled.bytes - 1);
  CHECK(free.route == Route::matrix_free);
  CHECK(free.rank == 632);
  CHECK(free.bytes >= 4000 * 632 * sizeof(T));
  CHECK(under(free.bytes).rank == 632);
  RidgePlan smaller = under(free.bytes - 1);
  CHECK(smaller.route == Route::matrix_free);
  CHECK(smaller.rank == 316);
  while (smaller.rank > 16) {
    const RidgePlan next = under(smaller.bytes - 1);
    REQUIRE(next.rank < smaller.rank);
    REQUIRE(next.bytes < smaller.bytes);
    smaller = next;
  }
  REQUIRE_THROWS_AS(under(smaller.bytes - 1), BudgetError);
  REQUIRE_THROWS_WITH(under(500000),
                      Catch::Contains("KernelRidge::fit: a preconditioner of rank ") &&
                          Catch::Contains("the 4000 x 4000 kernel values need ") &&
                          Catch::Contains("the budget is 500.00 kB"));
  REQUIRE_THROWS_AS(under(free.bytes - 1, 632), BudgetError);  // a rank that is asked for is kept
}

TEST_CASE("Cholesky that does not fit is a BudgetError with its numbers", "[model][ridge_plan]") {
  const auto named = GENERATE(RidgeMethod::cholesky, RidgeMethod::mixed_cholesky);
  REQUIRE_THROWS_WITH(
      plan(4000, 1, {.method = named, .memory_budget = 10 * MB}),
      Catch::Contains("KernelRidge::fit: one half of the 4000 x 4000 kernel values need ") &&
          Catch::Contains("MB, the budget is 10.00 MB"));
  CHECK(plan(4000, 1, {.method = RidgeMethod::mixed_cholesky}).bytes <
        plan(4000, 1, {.method = RidgeMethod::cholesky}).bytes);
  const RidgePlan both =
      plan(4000, 1, {.method = RidgeMethod::mixed_cholesky}, 50);  // values worth keeping
  CHECK(both.route == Route::tiled);
  CHECK(plan(4000, 1, {.method = RidgeMethod::mixed_cholesky, .memory_budget = both.bytes - 1}, 50)
            .route == Route::matrix_free);
}

TEST_CASE("a K in floats is not for a lambda that its rounding reaches", "[model][ridge_plan]") {
  const auto in_float = [](double lambda) {
    const auto one = plan(4000, 1, {.lambda = lambda, .method = RidgeMethod::conjugate_gradient});
    CHECK(one.route == Route::tiled);
    return one.in_float;
  };
  CHECK(in_float(1e-3));
  CHECK_FALSE(in_float(1e-8));
}

TEMPLATE_TEST_CASE("a fit keeps to the plan, with no more than the memory of the plan",
                   "[model][ridge_plan]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(2, 3100, 1401), Y = normal_matrix<T>(3100, 1, 1402);
  KernelRidgeOptions options{.lambda = 0.1};
  for (int smaller = 0; smaller < 4; ++smaller) {
    const RidgePlan plan = KernelRidge<T>(Rbf(0.5), options).plan(X);
    options.memory_budget = plan.bytes;
    CAPTURE(plan.text());
    KernelRidge<T> model(Rbf(0.5), options);
    const Report report = model.fit(X, Y);
    CHECK(report);
    CHECK(plan.text().starts_with(report.method + ": "));
    --options.memory_budget;
  }
}

TEST_CASE("plans and reports name the method", "[model][ridge_plan]") {
  CHECK(to_string(RidgeMethod::automatic) == "automatic");
  CHECK(to_string(RidgeMethod::cholesky) == "cholesky");
  CHECK(to_string(RidgeMethod::mixed_cholesky) == "mixed cholesky");
  CHECK(to_string(RidgeMethod::conjugate_gradient) == "conjugate gradient");
  const auto text = [](RidgeMethod method, index_t dim, double lambda) {
    return plan(1000, 1, {.lambda = lambda, .method = method, .memory_budget = 100 * MB}, dim)
        .text();
  };
  CHECK(text(RidgeMethod::cholesky, 2, 1) == "cholesky: 5.32 MB of 100.00 MB");
  CHECK_THAT(
      text(RidgeMethod::mixed_cholesky, 2, 1),
      Catch::StartsWith("mixed cholesky (K matrix-free): ") && Catch::EndsWith(" MB of 100.00 MB"));
  CHECK_THAT(text(RidgeMethod::mixed_cholesky, 50, 1),
             Catch::StartsWith("mixed cholesky (K in float tiles): "));
  CHECK_THAT(text(RidgeMethod::conjugate_gradient, 2, 1),
             Catch::StartsWith("conjugate gradient (K in float tiles, rank 200): "));
  CHECK_THAT(text(RidgeMethod::conjugate_gradient, 2, 1e-10),
             Catch::StartsWith("conjugate gradient (K in double tiles, rank 200): "));
}

TEST_CASE("KernelRidge refuses options of its solvers out of range", "[model][ridge_plan]") {
  REQUIRE_THROWS_WITH(KernelRidge<double>({.tolerance = 0}),
                      "KernelRidge: tolerance must be in (0, 1), is 0");
  REQUIRE_THROWS_WITH(KernelRidge<double>({.tolerance = 1}),
                      "KernelRidge: tolerance must be in (0, 1), is 1");
  REQUIRE_THROWS_WITH(KernelRidge<double>({.tolerance = arma::datum::nan}),
                      "KernelRidge: tolerance must be in (0, 1), is nan");
  REQUIRE_THROWS_WITH(KernelRidge<double>({.time_limit = -1}),
                      "KernelRidge: time_limit must be at least 0, is -1");
  REQUIRE_THROWS_WITH(KernelRidge<double>({.time_limit = arma::datum::nan}),
                      "KernelRidge: time_limit must be at least 0, is nan");
  REQUIRE_THROWS_WITH(
      KernelRidge<float>({.leave_one_out = true, .method = RidgeMethod::conjugate_gradient}),
      "KernelRidge: leave_one_out needs the method cholesky, is conjugate gradient");
  REQUIRE_THROWS_WITH(
      KernelRidge<float>({.leave_one_out = true, .method = RidgeMethod::mixed_cholesky}),
      "KernelRidge: leave_one_out needs the method cholesky, is mixed cholesky");
}

TEST_CASE("a BudgetError leaves KernelRidge as it was", "[model][ridge_plan]") {
  KernelRidge<double> model(Rbf(0.5),
                            {.method = RidgeMethod::conjugate_gradient, .memory_budget = 100000});
  const arma::mat X = normal_matrix<double>(2, 50, 1403), Y = normal_matrix<double>(50, 1, 1404);
  REQUIRE(model.fit(X, Y));
  const arma::mat alpha = model.coefficients();
  REQUIRE_THROWS_AS(model.fit(normal_matrix<double>(2, 2000, 1405), arma::mat(2000, 1)),
                    BudgetError);
  CHECK(same_bits(model.coefficients(), alpha));
}

TEST_CASE("a plan from sizes is that of points", "[model][ridge_plan]") {
  for (const index_t n : {index_t{100}, index_t{4000}, index_t{20'000}, index_t{150'001}}) {
    for (const index_t d : {index_t{2}, index_t{40}}) {
      for (const std::size_t budget : {50 * MB, 900 * MB}) {
        CAPTURE(n, d, budget);
        const KernelRidge<double> model(4.0 * Linear(),
                                        {.lambda = 1e-3, .centres = 100, .memory_budget = budget});
        const RidgePlan of_points = model.plan(Mat<double>(d, n, arma::fill::ones), 3);
        const RidgePlan of_sizes = model.plan(n, d, 3);
        CHECK(of_sizes.text() == of_points.text());
        CHECK(of_sizes.bytes == of_points.bytes);
        CHECK(of_sizes.route == of_points.route);
      }
    }
  }
  CHECK_THROWS_WITH(KernelRidge<double>(Rbf(1)).plan(0, 3, 1),
                    Catch::Contains("n and d must be at least 1, are 0 and 3"));
  CHECK_THROWS_AS(
      KernelRidge<double>(Rbf(1), {.method = RidgeMethod::cholesky, .memory_budget = 1 * MB})
          .plan(4000, 3, 1),
      BudgetError);
}
