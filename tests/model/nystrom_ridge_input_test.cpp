// What NystromRidge refuses, and what it leaves as it was.
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

const arma::mat X = normal_matrix<double>(3, 40, 851);
const arma::mat Y = normal_matrix<double>(40, 2, 852);

arma::mat with(arma::mat M, index_t row, index_t column, double value) {
  M(row, column) = value;
  return M;
}

NystromRidgeOptions lambdas(std::vector<double> values) { return {.lambdas = std::move(values)}; }

}  // namespace

TEST_CASE("NystromRidge refuses options out of range", "[model][nystrom]") {
  const Rbf kernel(1);
  REQUIRE_THROWS_WITH(NystromRidge<double>(kernel, lambdas({})), "NystromRidge: lambdas is empty");
  REQUIRE_THROWS_WITH(NystromRidge<double>(kernel, lambdas({1, 0})),
                      "NystromRidge: lambda must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(NystromRidge<double>(kernel, {.centres = 0}),
                      "NystromRidge: centres must be at least 1, is 0");
  REQUIRE_THROWS_WITH(NystromRidge<double>(kernel, {.tolerance = -1}),
                      "NystromRidge: tolerance must be finite and positive, is -1");
  REQUIRE_THROWS_AS(NystromRidge<double>(kernel, {.threads = -2}), std::invalid_argument);
  REQUIRE_THROWS_WITH(NystromRidge<double>(kernel, {}, arma::mat(3, 0)),
                      "NystromRidge: centres is empty (d x n, one column per point): 3 rows, 0 "
                      "columns");
  REQUIRE_THROWS_WITH(NystromRidge<double>(kernel, {}, with(X, 1, 4, arma::datum::nan)),
                      "NystromRidge: centres must be finite, centres(1, 4) is nan");
}

TEST_CASE("NystromRidge::fit refuses bad input and stays as it was", "[model][nystrom]") {
  NystromRidge<double> model(Rbf(0.3), {.centres = 10});
  const bool fitted_before = GENERATE(false, true);
  if (fitted_before) REQUIRE(model.fit(X, Y));
  const arma::mat before = fitted_before ? model.predict(X) : arma::mat();

  REQUIRE_THROWS_WITH(model.fit(arma::mat(3, 0), Y),
                      "NystromRidge::fit: X is empty (d x n, one column per point): 3 rows, 0 "
                      "columns");
  REQUIRE_THROWS_WITH(model.fit(X, arma::mat(39, 2)),
                      "NystromRidge::fit: Y must have 40 rows (one per point), has 39");
  REQUIRE_THROWS_WITH(model.fit(X, arma::mat(40, 0)), "NystromRidge::fit: Y is empty");
  REQUIRE_THROWS_WITH(model.fit(with(X, 2, 6, arma::datum::nan), Y),
                      "NystromRidge::fit: X must be finite, X(2, 6) is nan");
  REQUIRE_THROWS_WITH(model.fit(X, with(Y, 7, 1, -arma::datum::inf)),
                      "NystromRidge::fit: Y must be finite, Y(7, 1) is -inf");
  REQUIRE_THROWS_WITH(model.fit(X, Y, Col<double>(7, arma::fill::ones)),
                      "NystromRidge::fit: weights must have 40 rows (one per point), has 7");
  REQUIRE_THROWS_WITH(model.fit(X, Y, Col<double>(40, arma::fill::value(-1))),
                      "NystromRidge::fit: a weight must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(model.fit(X, Y, Col<double>(40, arma::fill::zeros)),
                      "NystromRidge::fit: the weights are all 0");
  // From a source, where the values are seen when they are read.
  const arma::mat hole = with(X, 1, 39, arma::datum::inf);
  const MatrixPoints<double> source(hole);
  REQUIRE_THROWS_WITH(model.fit(source, Y), "NystromRidge::fit: X must be finite, X(1, 39) is inf");

  CHECK(model.is_fitted() == fitted_before);
  if (fitted_before) CHECK(same_bits(model.predict(X), before));

  NystromRidge<double> given(Rbf(0.3), {}, arma::mat(2, 5, arma::fill::ones));
  REQUIRE_THROWS_WITH(given.fit(X, Y),
                      "NystromRidge::fit: X must have 2 rows (one per feature, as the centres "
                      "have), has 3");
}

TEST_CASE("NystromRidge has no answers before fit, and checks questions", "[model][nystrom]") {
  NystromRidge<double> model(Rbf(1), {.lambdas = {1, 2}, .centres = 5});
  CHECK_FALSE(model.is_fitted());
  REQUIRE_THROWS_WITH(model.predict(X), "NystromRidge::predict: the model is not fitted");
  REQUIRE_THROWS_AS(model.predict(MatrixPoints<double>(X)), LogicError);
  REQUIRE_THROWS_AS(model.coefficients(), LogicError);
  REQUIRE_THROWS_AS(model.best(), LogicError);
  REQUIRE_THROWS_AS(model.generalised_cross_validation(), LogicError);
  REQUIRE_THROWS_AS(model.centres(), LogicError);
  REQUIRE_THROWS_AS(verify(model, X, Y), LogicError);
  REQUIRE(model.fit(X, Y));
  REQUIRE_THROWS_WITH(model.predict(X, 2), "NystromRidge::predict: lambda must be below 2, is 2");
  REQUIRE_THROWS_WITH(model.coefficients(7),
                      "NystromRidge::coefficients: lambda must be below 2, is 7");
  REQUIRE_THROWS_WITH(model.predict(arma::mat(4, 2)),
                      "NystromRidge::predict: X_new must have 3 rows (one per feature; one column "
                      "per point), has 4");
  REQUIRE_THROWS_AS(verify(model, X, arma::mat(40, 1)), std::invalid_argument);
  REQUIRE_THROWS_AS(verify(model, arma::mat(X.head_cols(2)), arma::mat(Y.head_rows(2))),
                    std::invalid_argument);
  CHECK(model.predict(arma::mat(3, 0)).n_rows == 0);
}

TEST_CASE("NystromRidge plans its memory", "[model][nystrom]") {
  const std::size_t bytes = NystromRidge<double>(Rbf(1), {.centres = 20}).bytes(40, 3, 2);
  NystromRidge<double> fits(Rbf(1), {.centres = 20, .memory_budget = bytes});
  CHECK(fits.fit(X, Y));
  NystromRidge<double> small(Rbf(1), {.centres = 20, .memory_budget = bytes - 1});
  REQUIRE_THROWS_AS(small.fit(X, Y), BudgetError);
  CHECK_FALSE(small.is_fitted());
  CHECK(NystromRidge<double>(Rbf(1)).bytes(1'000'000, 10) < 1'000'000'000);
}

TEST_CASE("a kernel that is not positive semidefinite is told", "[model][nystrom]") {
  const Sigmoid indefinite(1, -2);
  for (const CentreChoice choice : {CentreChoice::uniform, CentreChoice::pivoted_cholesky}) {
    NystromRidge<double> model(indefinite, {.centres = 20, .choice = choice});
    const Report report = model.fit(X, Y);
    CHECK(report.status == Status::not_positive_definite);
    CHECK(report.message ==
          "NystromRidge::fit: the kernel is not positive semidefinite on the centres; take another "
          "kernel");
    CHECK_FALSE(model.is_fitted());
  }
}

TEST_CASE("overflow is told", "[model][nystrom]") {
  NystromRidge<double> model(Rbf(1), {.centres = 20});
  const Report report = model.fit(X, Y, Col<double>(40, arma::fill::value(1e308)));
  CHECK(report.status == Status::not_finite);
  CHECK(report.message ==
        "NystromRidge::fit: a number overflowed; bring Y and the weights to a smaller scale");
  CHECK_FALSE(model.is_fitted());
}

TEST_CASE("a stop leaves NystromRidge as it was, in every stage", "[model][nystrom]") {
  const arma::mat points = normal_matrix<double>(3, 9000, 853);
  const arma::mat targets = normal_matrix<double>(9000, 1, 854);
  const NystromMethod method = GENERATE(NystromMethod::direct, NystromMethod::falkon);
  std::vector<std::string> stages;
  std::string stop_at;
  NystromRidgeOptions options{.centres = 300, .method = method};
  options.progress = [&](const Progress& state) {
    if (stages.empty() || stages.back() != state.stage) stages.emplace_back(state.stage);
    return state.stage == stop_at ? Continue::no : Continue::yes;
  };
  NystromRidge<double> model(Rbf(0.3), options);
  REQUIRE(model.fit(points, targets));
  const arma::mat before = model.coefficients();
  const std::vector<std::string> seen = stages;
  CHECK(seen.front() == "pivoted cholesky");
  CHECK(seen.size() >= 3);
  for (const std::string& stage : seen) {
    stop_at = stage;
    const Report report = model.fit(points, -targets);
    CHECK(report.status == Status::stopped);
    CHECK(report.message ==
          "NystromRidge::fit: stopped by the progress callback; the model is as it was");
    CHECK(same_bits(model.coefficients(), before));
  }
}

TEST_CASE("a stop between iterations leaves the best so far with its residual",
          "[model][nystrom]") {
  const arma::mat points = normal_matrix<double>(3, 9000, 853);
  const arma::mat targets = normal_matrix<double>(9000, 1, 854);
  NystromRidgeOptions options{
      .lambdas = {1e-3}, .centres = 300, .method = NystromMethod::falkon, .tolerance = 1e-12};
  options.progress = [](const Progress& state) {
    return state.stage == "conjugate gradients" && state.iteration >= 3 ? Continue::no
                                                                        : Continue::yes;
  };
  NystromRidge<double> model(Rbf(0.3), options);
  const Report report = model.fit(points, targets);
  CHECK(report.status == Status::stopped);
  CHECK(report.message ==
        "NystromRidge::fit: stopped by the progress callback; the model is the best so far");
  CHECK(report.iterations == 3);
  CHECK(report.residual > 1e-12);
  CHECK(report.residual < 1);
  REQUIRE(model.is_fitted());
  const Certificate again = verify(model, points, targets);
  CHECK(report.certificate.relative_residual == Approx(again.relative_residual).epsilon(1e-6));

  options.progress = {};
  options.time_limit = 0;
  NystromRidge<double> none(Rbf(0.3), options);
  const Report at_once = none.fit(points, targets);
  CHECK(at_once.status == Status::time_limit);
  CHECK(at_once.message == "NystromRidge::fit: the time was up; the model is as it was");
  CHECK_FALSE(none.is_fitted());
  options.time_limit = -1;
  CHECK_THROWS_WITH(NystromRidge<double>(Rbf(0.3), options),
                    "NystromRidge: time_limit must be at least 0, is -1");
}

TEST_CASE("too few iterations leave an honest model", "[model][nystrom]") {
  const arma::mat points = normal_matrix<double>(3, 3000, 855);
  const arma::mat targets = normal_matrix<double>(3000, 1, 856);
  NystromRidge<double> model(
      Rbf(0.3),
      {.lambdas = {1e-3}, .centres = 200, .method = NystromMethod::falkon, .max_iterations = 2});
  const Report report = model.fit(points, targets);
  CHECK(report.status == Status::iteration_limit);
  CHECK(report.iterations == 2);
  CHECK(report.residual > 1e-8);
  CHECK(report.message.find("the tolerance is 1e-08") != std::string::npos);
  CHECK(model.is_fitted());
  CHECK(verify(model, points, targets).relative_residual ==
        Approx(report.certificate.relative_residual).epsilon(1e-6));
}
