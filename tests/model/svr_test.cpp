#include "mercer/model/svr.hpp"

#include <cmath>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/solver/svm_dual.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

// A smooth function with noise.
template <class T>
Col<double> targets(const Mat<T>& X, std::uint64_t seed) {
  Random random(seed);
  Col<double> y(X.n_cols);
  for (index_t i = 0; i < X.n_cols; ++i) {
    y(i) = std::sin(2 * static_cast<double>(X(0, i))) + static_cast<double>(X(1, i)) +
           0.2 * random.normal();
  }
  return y;
}

}  // namespace

TEMPLATE_TEST_CASE("the solution of Svr satisfies the conditions of its tube", "[model]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(2, 200, 501);
  const Col<double> y = targets(X, 502);
  const double C = 2, epsilon = GENERATE(0.0, 0.1, 0.5), tolerance = 1e-6;
  Svr<T> svr(Rbf(0.5), {.C = C, .epsilon = epsilon, .tolerance = tolerance});
  const Report report = svr.fit(X, y);
  REQUIRE(report);
  Col<double> beta(200, arma::fill::zeros);
  beta.elem(svr.support_indices()) = svr.coefficients();
  CHECK(std::abs(arma::accu(beta)) <= 1e-12 * arma::accu(arma::abs(beta)));
  const arma::mat X_wide = arma::conv_to<arma::mat>::from(X);
  const Col<double> error = y - gram(Rbf(0.5), X_wide) * beta - svr.bias();
  const double slack = tolerance + 1e-9;
  for (index_t i = 0; i < 200; ++i) {
    CAPTURE(i, beta(i), error(i));
    CHECK(std::abs(beta(i)) <= C);
    if (beta(i) == 0) CHECK(std::abs(error(i)) <= epsilon + slack);
    if (beta(i) > 0) CHECK(error(i) >= epsilon - slack);  // above the tube, or on its edge
    if (beta(i) > 0 && beta(i) < C) CHECK(error(i) <= epsilon + slack);
    if (beta(i) < 0) CHECK(error(i) <= -epsilon + slack);
    if (beta(i) < 0 && beta(i) > -C) CHECK(error(i) >= -epsilon - slack);
  }
  // the primal objective, term by term
  double primal = arma::as_scalar(beta.t() * gram(Rbf(0.5), X_wide) * beta) / 2;
  for (const double e : error) primal += C * std::max(0.0, std::abs(e) - epsilon);
  CHECK(report.certificate.primal_objective == Approx(primal).epsilon(1e-10));
  CHECK(report.certificate.gap >= -1e-12);
  CHECK(report.certificate.gap <= 200 * C * tolerance);
  CHECK(verify(svr, X, y).gap == Approx(report.certificate.gap).margin(1e-12));
  // predictions are the sums over the support
  const arma::vec predicted = arma::conv_to<arma::vec>::from(svr.predict(X));
  CHECK(arma::abs(predicted - (y - error)).max() <= (std::is_same_v<T, float> ? 1e-4 : 1e-11));
}

TEST_CASE("nu of nu-SVR bounds the rows outside of the tube and the support", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 300, 503);
  const Col<double> y = targets(X, 504);
  const double nu = GENERATE(0.05, 0.2, 0.5, 0.9);
  CAPTURE(nu);
  Svr<double> svr(Rbf(0.5), {.C = 3, .nu = nu, .tolerance = 1e-7});
  REQUIRE(svr.fit(X, y));
  REQUIRE(svr.epsilon() > 0);
  const arma::vec error = arma::abs(y - svr.predict(X));
  const auto outside = static_cast<double>(arma::accu(error > svr.epsilon() + 1e-6));
  CHECK(outside <= nu * 300);
  CHECK(double(svr.support_indices().n_elem) >= nu * 300);
  // epsilon-SVR with the epsilon found is the same machine
  Svr<double> same(Rbf(0.5), {.C = 3, .epsilon = svr.epsilon(), .tolerance = 1e-7});
  REQUIRE(same.fit(X, y));
  CHECK(arma::abs(same.predict(X) - svr.predict(X)).max() <= 1e-4);
  const Certificate own = verify(svr, X, y);
  CHECK(own.gap <= 1e-3);
  CHECK(own.violation <= 1e-6);
}

TEST_CASE("a weight is a number of rows for Svr", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 60, 505);
  const Col<double> y = targets(X, 506);
  Col<double> w(60, arma::fill::ones);
  w.head(20).fill(2);
  w.tail(20).zeros();
  const arma::mat repeated = arma::join_rows(X.head_cols(40), X.head_cols(20));
  const Col<double> y_repeated = arma::join_cols(y.head(40), y.head(20));
  Svr<double> weighted(Rbf(0.5), {.tolerance = 1e-9}), twice(Rbf(0.5), {.tolerance = 1e-9});
  REQUIRE(weighted.fit(X, y, w));
  REQUIRE(twice.fit(repeated, y_repeated));
  CHECK(arma::abs(weighted.predict(X) - twice.predict(X)).max() <= 1e-7);
}

TEST_CASE("Svr has the same bits for any number of threads, and behind both doors", "[model]") {
  const arma::mat X = normal_matrix<double>(40, 5000, 507);  // blocks
  const Col<double> y = targets(X, 508);
  const double nu = GENERATE(0.0, 0.4);
  Svr<double> first(Rbf(0.02), {.nu = nu, .tolerance = 1e-2, .threads = 1});
  REQUIRE(first.fit(X, y));
  for (const int threads : {2, 3, 5}) {
    Svr<double> svr(Rbf(0.02), {.nu = nu, .tolerance = 1e-2, .threads = threads});
    REQUIRE(svr.fit(X, y));
    CHECK(same_bits(svr.coefficients(), first.coefficients()));
    CHECK(svr.bias() == first.bias());
    CHECK(svr.epsilon() == first.epsilon());
  }
  Svr<double> matrix(SvrOptions{.nu = nu, .tolerance = 1e-2});
  REQUIRE(matrix.fit(DenseGram<double>(gram(Rbf(0.02), X)), y));
  CHECK(same_bits(matrix.coefficients(), first.coefficients()));
}

TEST_CASE("Svr refuses what does not fit and stays as it was", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 10, 509);
  const Col<double> y = targets(X, 510);
  REQUIRE_THROWS_WITH(Svr<double>(Rbf(1), {.C = 0}), "Svr: C must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(Svr<double>(Rbf(1), {.epsilon = -1}),
                      "Svr: epsilon must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(Svr<double>(Rbf(1), {.nu = 1.5}),
                      "Svr: nu must be in (0, 1], or 0 for epsilon-SVR, is 1.5");
  REQUIRE_THROWS_WITH(Svr<double>(Rbf(1), {.time_limit = 0}),
                      "Svr: time_limit must be positive, is 0");
  Svr<double> svr(Rbf(1));
  REQUIRE_THROWS_AS(svr.predict(X), LogicError);
  REQUIRE_THROWS_WITH(svr.fit(X, Col<double>(9, arma::fill::ones)),
                      "Svr::fit: y must have 10 rows (one per point), has 9");
  Col<double> bad = y;
  bad(3) = arma::datum::nan;
  REQUIRE_THROWS_WITH(svr.fit(X, bad), "Svr::fit: y must be finite, y(3, 0) is nan");
  REQUIRE_THROWS_WITH(svr.fit(X, y, Col<double>(10, arma::fill::zeros)),
                      "Svr::fit: the weights are all 0");
  CHECK_FALSE(svr.is_fitted());
  REQUIRE(svr.fit(X, y));
  REQUIRE_THROWS_AS(svr.fit(X, bad), std::invalid_argument);
  CHECK(svr.is_fitted());
  CHECK(svr.dim() == 2);
  REQUIRE_THROWS_WITH(verify(svr, arma::mat(3, 10, arma::fill::ones), y),
                      "verify: X must have 2 rows (one per feature; one column per point), has 3");
  REQUIRE_THROWS_WITH(nu_svr_dual(y, Col<double>(10, arma::fill::ones), 7),
                      "nu_svr_dual: nu must be in (0, 1], is 7");
  REQUIRE_THROWS_WITH(one_class_dual(Col<double>(10, arma::fill::ones), 0),
                      "one_class_dual: nu must be in (0, 1], is 0");
}

TEST_CASE("a hard problem ends by its time limit with its true gap", "[model]") {
  const arma::mat X = 1000 * normal_matrix<double>(2, 2000, 511);  // far from any scale
  const Col<double> y = targets(X, 512);
  Svr<double> svr(Linear(), {.C = 1e6, .epsilon = 0, .tolerance = 1e-9, .time_limit = 0.3});
  const Report report = svr.fit(X, y);
  CHECK(report.status == Status::time_limit);
  CHECK(report.message == "Svr::fit: the time was up; the model is the best so far");
  CHECK(report.seconds <= 3);
  CHECK(std::isfinite(report.certificate.gap));
  CHECK(report.certificate.gap > 0);
  CHECK(verify(svr, X, y).gap == Approx(report.certificate.gap).epsilon(1e-6));
}
