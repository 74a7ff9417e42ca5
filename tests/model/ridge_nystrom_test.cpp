// KernelRidge by the method nystrom; what that computes is tested in nystrom_ridge_test.
#include <type_traits>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {
const Rbf kernel(0.15);
}

TEMPLATE_TEST_CASE("KernelRidge by nystrom is NystromRidge", "[model][nystrom]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 500, 901), Y = normal_matrix<T>(500, 2, 902);
  const Mat<T> X_new = normal_matrix<T>(4, 30, 903);
  Col<double> w(500, arma::fill::ones);
  w.head(50).fill(2.5);
  KernelRidge<T> model(kernel,
                       {.lambda = 0.3, .method = RidgeMethod::nystrom, .centres = 80, .seed = 5});
  NystromRidge<T> other(kernel, {.lambdas = {0.3}, .centres = 80, .seed = 5});
  const Report report = model.fit(X, Y, w), expected = other.fit(X, Y, w);
  REQUIRE(report);
  REQUIRE(expected);
  CHECK(report.method == "nystrom (80 centres), " + expected.method);
  CHECK(report.certificate.prediction_error == expected.certificate.prediction_error);
  REQUIRE(model.nystrom() != nullptr);
  CHECK(model.dim() == 4);
  CHECK(same_bits(model.predict(X_new), other.predict(X_new)));
  CHECK(model.coefficients().n_rows == 80);
  CHECK(relative_difference(model.coefficients(), other.coefficients()) <= 1e-6);
  CHECK(verify(model, X, Y, w).prediction_error == verify(other, X, Y, w).prediction_error);

  // The operator door: a column for each centre.
  const Mat<T> K_new = gram<T>(kernel, X_new, other.centres());
  CHECK(relative_difference(model.predict(DenseGram<T>(K_new)), other.predict(X_new)) <=
        (std::is_same_v<T, float> ? 1e-3 : 1e-9));
}

TEST_CASE("with all points as centres nystrom is the exact solution", "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(4, 300, 904), Y = normal_matrix<double>(300, 1, 905);
  const arma::mat X_new = normal_matrix<double>(4, 30, 906);
  KernelRidge<double> model(kernel,
                            {.lambda = 0.3, .method = RidgeMethod::nystrom, .centres = 300});
  KernelRidge<double> exact(kernel, {.lambda = 0.3, .method = RidgeMethod::cholesky});
  REQUIRE(model.fit(X, Y));
  REQUIRE(exact.fit(X, Y));
  CHECK(exact.nystrom() == nullptr);
  CHECK(relative_difference(model.predict(X_new), exact.predict(X_new)) <= 1e-8);
}

TEST_CASE("the automatic method takes nystrom for very many points only", "[model][nystrom]") {
  const arma::mat X(1, 150001, arma::fill::randn);
  const KernelRidge<double> model(kernel);
  CHECK(model.plan(X.head_cols(150000)).method == RidgeMethod::conjugate_gradient);
  const RidgePlan plan = model.plan(X);
  CHECK(plan.method == RidgeMethod::nystrom);
  CHECK(plan.rank == 2000);
  CHECK(plan.text().find("nystrom (2000 centres): ") == 0);
  const KernelRidge<double> small(kernel, {.memory_budget = 1000000});
  CHECK_THROWS_AS(small.plan(X), BudgetError);
}

TEST_CASE("nystrom needs points", "[model][nystrom]") {
  const arma::mat X = normal_matrix<double>(4, 20, 907), Y = normal_matrix<double>(20, 1, 908);
  KernelRidge<double> model(kernel, {.method = RidgeMethod::nystrom, .centres = 5});
  CHECK_THROWS_WITH(
      model.fit(DenseGram<double>(gram<double>(kernel, X)), Y),
      "KernelRidge::fit: the method nystrom needs points, the argument is an operator");
  CHECK_FALSE(model.is_fitted());
}
