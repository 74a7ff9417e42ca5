#include "model/ridge_certificate.hpp"

#include <cmath>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

TEST_CASE("the bound on predictions is attained where K is lambda I",
          "[model][ridge_certificate]") {
  // alpha = y / (2 lambda), f(x_i) = y_i / 2: with one target moved by 1, f is off by 1 / 2 there.
  const double lambda = GENERATE(1e-6, 0.25, 1e4);
  const DenseGram<double> K(lambda * arma::eye(40, 40));
  const arma::mat Y = normal_matrix<double>(40, 1, 1501);
  arma::mat moved = Y;
  moved(17, 0) += 1;
  KernelRidge<double> model({.lambda = lambda, .centre_target = false});
  REQUIRE(model.fit(K, Y));
  CHECK(verify(model, K, moved).prediction_error == Approx(0.5).epsilon(1e-12));
  // of a weight of 4, f(x_i) = 4 y_i / 5, and the bound is no longer attained
  Col<double> w(40, arma::fill::ones);
  w(17) = 4;
  REQUIRE(model.fit(K, Y, w));
  CHECK(verify(model, K, moved, w).prediction_error == Approx(0.5 * 2).epsilon(1e-12));
}

TEST_CASE("the bound on predictions is of the worst output", "[model][ridge_certificate]") {
  const arma::mat X = normal_matrix<double>(3, 60, 1502), Y = normal_matrix<double>(60, 3, 1503);
  KernelRidge<double> model(Rbf(0.3), {.lambda = 0.1});
  REQUIRE(model.fit(X, Y));
  arma::mat moved = Y;
  moved(3, 1) += 1e-3;
  moved(9, 2) += 1;
  const double both = verify(model, X, moved).prediction_error;
  moved.col(1) = Y.col(1);
  CHECK(verify(model, X, moved).prediction_error == both);
  moved.col(2) = Y.col(2);
  CHECK(verify(model, X, moved).prediction_error <= 1e-9);
}

TEST_CASE("the bound on predictions is not below what rounding hides",
          "[model][ridge_certificate]") {
  // one point: the residual in double is 0, but y / (k + lambda) is no double
  const DenseGram<double> K(arma::mat(1, 1, arma::fill::value(0.7)));
  KernelRidge<double> model({.lambda = 0.1, .centre_target = false});
  const Report report = model.fit(K, arma::mat(1, 1, arma::fill::value(1.3)));
  REQUIRE(report);
  const long double exact = 1.3L / (static_cast<long double>(0.7) + static_cast<long double>(0.1));
  const long double error = 0.7L * std::abs(exact - model.coefficients()(0, 0));
  CHECK(static_cast<double>(error) <= report.certificate.prediction_error);
  CHECK(report.certificate.prediction_error <= 1e-13);
}

TEST_CASE("the bound on predictions is NaN where a diagonal value is negative",
          "[model][ridge_certificate]") {
  const DenseGram<double> K(arma::mat{{1, 0}, {0, -0.5}});
  KernelRidge<double> model({.lambda = 2, .centre_target = false});
  const Report report = model.fit(K, arma::mat(2, 1, arma::fill::ones));
  REQUIRE(report);  // K + lambda I is positive definite
  CHECK(report.certificate.relative_residual <= 1e-15);
  CHECK(std::isnan(report.certificate.prediction_error));
}
