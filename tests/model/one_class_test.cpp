// One-class machines and data descriptions.
#include <cmath>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svdd.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

TEMPLATE_TEST_CASE("nu bounds the rows outside and the support of a one-class machine", "[model]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, 400, 601);
  const double nu = GENERATE(0.02, 0.1, 0.5, 1.0);
  OneClassSvm<T> model(Rbf(0.2), {.nu = nu, .tolerance = 1e-6});
  const Report report = model.fit(X);
  REQUIRE(report);
  CHECK(arma::accu(model.coefficients()) == Approx(nu * 400).epsilon(1e-12));
  const Col<T> f = model.decision_values(X);
  CHECK(double(arma::accu(f < T(-1e-4))) <= nu * 400 + 1e-9);
  CHECK(double(model.support_indices().n_elem) >= nu * 400 - 1e-9);
  const arma::ivec predicted = model.predict(X);
  for (index_t i = 0; i < 400; ++i) CHECK(predicted(i) == (f(i) > 0 ? 1 : -1));
  CHECK(report.certificate.gap >= -1e-9);
  CHECK(report.certificate.gap <= 1e-5 * 400);
  CHECK(verify(model, X).gap == Approx(report.certificate.gap).margin(1e-9));
  // far away is unlike all rows
  CHECK(model.predict(Mat<T>(3, 1, arma::fill::value(50)))(0) == -1);
}

TEST_CASE("a data description by Rbf has the signs of the one-class machine", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 300, 602),
                  X_new = 1.5 * normal_matrix<double>(3, 500, 603);
  const double nu = GENERATE(0.05, 0.3);
  OneClassSvm<double> half_space(Rbf(0.2), {.nu = nu, .tolerance = 1e-9});
  Svdd<double> ball(Rbf(0.2), {.nu = nu, .tolerance = 1e-11});
  REQUIRE(half_space.fit(X));
  REQUIRE(ball.fit(X));
  // beta sums to nu n there and to 1 here; f here is R^2 - distance^2
  const arma::vec scaled = half_space.decision_values(X_new) * 2 / (nu * 300);
  CHECK(arma::abs(ball.decision_values(X_new) - scaled).max() <= 1e-6);
  CHECK(same_bits(ball.predict(X_new), half_space.predict(X_new)));
}

TEST_CASE("the ball of a data description has its radius and centre", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 120, 604), X_new = normal_matrix<double>(2, 50, 605);
  const Polynomial kernel(2, 1, 1);  // k(x, x) differs from point to point
  Svdd<double> ball(kernel, {.nu = 0.1, .tolerance = 1e-10});
  const Report report = ball.fit(X);
  REQUIRE(report);
  Col<double> beta(120, arma::fill::zeros);
  beta.elem(ball.support_indices()) = ball.coefficients();
  CHECK(arma::accu(beta) == Approx(1).epsilon(1e-12));
  const arma::mat K = gram(kernel, X), K_new = gram(kernel, X_new, X);
  const double norm = arma::as_scalar(beta.t() * K * beta);
  const arma::vec distance = K.diag() - 2 * K * beta + norm;
  const double bound = 1 / (0.1 * 120);
  for (index_t i = 0; i < 120; ++i) {
    if (beta(i) == 0) CHECK(distance(i) <= ball.squared_radius() + 1e-7);
    if (beta(i) > 0) CHECK(distance(i) >= ball.squared_radius() - 1e-7);
    if (beta(i) > 0 && beta(i) < bound) CHECK(distance(i) <= ball.squared_radius() + 1e-7);
  }
  arma::vec f(50);
  for (index_t i = 0; i < 50; ++i) {
    const double own = std::pow(arma::dot(X_new.col(i), X_new.col(i)) + 1, 2);
    f(i) = ball.squared_radius() - (own - 2 * arma::dot(K_new.row(i), beta) + norm);
  }
  CHECK(arma::abs(ball.decision_values(X_new) - f).max() <= 1e-9);
  // the dual objective is half of the textbook's, sum_i beta_i K_ii - beta' K beta
  CHECK(report.certificate.dual_objective ==
        Approx((arma::dot(beta, K.diag()) - norm) / 2).epsilon(1e-10));
  // the second door
  Svdd<double> matrix(SvddOptions{.nu = 0.1, .tolerance = 1e-10});
  REQUIRE(matrix.fit(DenseGram<double>(K)));
  CHECK(same_bits(matrix.coefficients(), ball.coefficients()));
  const arma::uvec& support = ball.support_indices();
  arma::vec diagonal(50);
  for (index_t i = 0; i < 50; ++i) {
    diagonal(i) = std::pow(arma::dot(X_new.col(i), X_new.col(i)) + 1, 2);
  }
  const arma::vec from_matrix =
      matrix.decision_values(DenseGram<double>(arma::mat(K_new.cols(support))), diagonal);
  CHECK(arma::abs(from_matrix - f).max() <= 1e-9);
}

TEST_CASE("one-class machines have the same bits for any number of threads", "[model]") {
  const arma::mat X = normal_matrix<double>(30, 5000, 606);  // blocks
  OneClassSvm<double> first(Rbf(0.03), {.nu = 0.2, .threads = 1});
  REQUIRE(first.fit(X));
  for (const int threads : {2, 3, 5}) {
    OneClassSvm<double> model(Rbf(0.03), {.nu = 0.2, .threads = threads});
    REQUIRE(model.fit(X));
    CHECK(same_bits(model.coefficients(), first.coefficients()));
    CHECK(model.bias() == first.bias());
  }
}

TEST_CASE("one-class machines refuse what does not fit", "[model]") {
  REQUIRE_THROWS_WITH(OneClassSvm<double>(Rbf(1), {.nu = 0}),
                      "OneClassSvm: nu must be in (0, 1], is 0");
  REQUIRE_THROWS_WITH(Svdd<double>(Rbf(1), {.nu = 2}), "Svdd: nu must be in (0, 1], is 2");
  const arma::mat X = normal_matrix<double>(2, 10, 607);
  OneClassSvm<double> model(Rbf(1));
  REQUIRE_THROWS_AS(model.predict(X), LogicError);
  REQUIRE_THROWS_WITH(model.fit(X, Col<double>(9, arma::fill::ones)),
                      "OneClassSvm::fit: weights must have 10 rows (one per point), has 9");
  OneClassSvm<double> matrix(OneClassSvmOptions{});
  REQUIRE_THROWS_AS(matrix.fit(X), LogicError);
}
