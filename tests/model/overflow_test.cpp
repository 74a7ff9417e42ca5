// Numbers that overflow are told, not hidden in a model of NaN; wrong data are refused by verify.
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/parse.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "mercer/model/svc.hpp"
#include "support/catch.hpp"

using namespace mercer;

TEST_CASE("a target whose mean overflows is reported and leaves the model as it was", "[model]") {
  const arma::mat X(2, 40, arma::fill::randu);
  KernelRidge model(Rbf(1), {.lambda = 1});
  const Report report = model.fit(X, arma::mat(40, 1, arma::fill::value(1.7e308)));
  REQUIRE(report.status == Status::not_finite);
  REQUIRE_FALSE(report.message.empty());
  REQUIRE_FALSE(model.is_fitted());
}

TEST_CASE("lambda and weights beyond the range of float are refused", "[model]") {
  const arma::fmat X(2, 5, arma::fill::randu);
  const arma::fmat y(5, 1, arma::fill::ones);
  for (const double lambda : {1e60, 1e-60}) {
    KernelRidge<float> model(Rbf(1), {.lambda = lambda});
    REQUIRE_THROWS_AS(static_cast<void>(model.fit(X, y)), std::invalid_argument);
  }
  KernelRidge<float> model(Rbf(1), {.lambda = 1});
  REQUIRE_THROWS_AS(static_cast<void>(model.fit(X, y, arma::vec(5, arma::fill::value(1e50)))),
                    std::invalid_argument);
}

TEST_CASE("verify refuses points of another dimension", "[model]") {
  const arma::mat X(3, 20, arma::fill::randu);
  const arma::vec y(20, arma::fill::randu);
  KernelRidge ridge(Rbf(1), {.lambda = 1});
  REQUIRE(ridge.fit(X, y));
  REQUIRE_THROWS_WITH(verify(ridge, arma::mat(5, 20), y),
                      "verify: X must have 3 rows (one per feature; one column per point), has 5");
  const arma::ivec labels = arma::regspace<arma::ivec>(0, 19) / 10;
  Svc svc(Rbf(1));
  REQUIRE(svc.fit(X, labels));
  REQUIRE_THROWS_WITH(verify(svc, arma::mat(4, 20), labels),
                      "verify: X must have 3 rows (one per feature; one column per point), has 4");
}

TEST_CASE("an operator with a small budget of its own is read by columns", "[model]") {
  const arma::mat X(2, 40, arma::fill::randu);
  const arma::ivec labels = arma::regspace<arma::ivec>(0, 39) / 20;
  const MatrixFreeGram<double> K(Rbf(0.5), X, {.memory_budget = 5000});
  Svc<double> by_columns{SvcOptions{}};
  Svc<double> stored{Rbf(0.5)};
  REQUIRE(by_columns.fit(K, labels));
  REQUIRE(stored.fit(X, labels));
  REQUIRE(arma::approx_equal(by_columns.coefficients(), stored.coefficients(), "absdiff", 0));
}

TEST_CASE("after a stop no later pair is trained", "[model]") {
  const arma::mat X(2, 300, arma::fill::randn);
  const arma::ivec labels = arma::regspace<arma::ivec>(0, 299) / 30;  // ten classes
  int calls = 0;
  Svc svc(Rbf(1), {.progress = [&](const Progress&) {
            ++calls;
            return Continue::no;
          }});
  const Report report = svc.fit(X, labels);
  REQUIRE(report.status == Status::stopped);
  REQUIRE(calls == 1);
  REQUIRE(report.certificate.gap == Approx(45 * 60));  // sum of C over 45 pairs of 60 rows
}

TEST_CASE("large integers in an expression read back", "[kernel]") {
  REQUIRE(parse_kernel(Polynomial(100000).expression())->expression() ==
          Polynomial(100000).expression());
}
