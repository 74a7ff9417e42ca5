#include "mercer/model/kernel_ridge.hpp"

#include <cmath>
#include <vector>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::relative_difference;
using test::same_bits;

namespace {

const Rbf kernel(0.15);

template <class T>
constexpr double unit = static_cast<double>(std::numeric_limits<T>::epsilon());

// Some weights between 0.2 and 2.2.
Col<double> positive_weights(index_t n, std::uint64_t seed) {
  Random random(seed);
  Col<double> out(n);
  for (double& w : out) w = 0.2 + 2 * random.uniform();
  return out;
}

}  // namespace

TEMPLATE_TEST_CASE("KernelRidge solves (K + lambda I) alpha = y", "[model]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(1u, 2u, 256u, 300u);
  const index_t outputs = GENERATE(1u, 3u);
  CAPTURE(n, outputs);
  const Mat<T> X = normal_matrix<T>(4, n, 301), Y = normal_matrix<T>(n, outputs, 302);
  KernelRidge<T> model(kernel, {.lambda = 0.5, .centre_target = false});
  const Report report = model.fit(X, Y);
  REQUIRE(report.status == Status::converged);
  CHECK(report.method == "cholesky");
  CHECK(report.message.empty());
  CHECK(report.residual == report.certificate.relative_residual);
  CHECK(report.certificate.relative_residual <= 100 * unit<T>);
  CHECK(report.certificate.backward_error <= 10 * unit<T>);

  const arma::mat A =
      gram<double>(kernel, arma::conv_to<arma::mat>::from(X)) + 0.5 * arma::eye(n, n);
  const arma::mat alpha = arma::solve(A, arma::conv_to<arma::mat>::from(Y));
  CHECK(relative_difference(model.coefficients(), alpha) <= 200 * unit<T>);
  CHECK(arma::all(model.target_means() == 0));

  const Mat<T> X_new = normal_matrix<T>(4, 10, 303);
  const arma::mat expected = gram<double>(kernel, arma::conv_to<arma::mat>::from(X_new),
                                          arma::conv_to<arma::mat>::from(X)) *
                             alpha;
  CHECK(relative_difference(model.predict(X_new), expected) <= 500 * unit<T>);
  const Mat<T> nothing = model.predict(Mat<T>(4, 0));
  CHECK(nothing.n_rows == 0);
  CHECK(nothing.n_cols == outputs);
}

TEST_CASE("centring is fitting what is left of the mean", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 120, 304), X_new = normal_matrix<double>(3, 9, 305);
  const arma::mat Y = normal_matrix<double>(120, 2, 306) + 7;
  const bool weighted = GENERATE(false, true);
  const Col<double> w = weighted ? positive_weights(120, 307) : Col<double>(120, arma::fill::ones);
  const arma::rowvec means = w.t() * Y / arma::accu(w);

  KernelRidge<double> centred(kernel), plain(kernel, {.centre_target = false});
  REQUIRE(centred.fit(X, Y, weighted ? w : Col<double>()));
  REQUIRE(plain.fit(X, Y.each_row() - means, weighted ? w : Col<double>()));
  CHECK(relative_difference(centred.target_means(), means) <= 1e-15);
  CHECK(relative_difference(centred.coefficients(), plain.coefficients()) <= 1e-13);
  const arma::mat expected = plain.predict(X_new).each_row() + means;
  CHECK(relative_difference(centred.predict(X_new), expected) <= 1e-14);
}

TEST_CASE("several outputs are each the model of one", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 300, 308), Y = normal_matrix<double>(300, 4, 309);
  const Col<double> w = positive_weights(300, 310);
  KernelRidge<double> together(kernel, {.lambda = 0.1, .leave_one_out = true});
  const Report report = together.fit(X, Y, w);
  REQUIRE(report);
  double worst = 0;
  for (index_t t = 0; t < 4; ++t) {
    KernelRidge<double> single(kernel, {.lambda = 0.1, .leave_one_out = true});
    const Report own = single.fit(X, arma::mat(Y.col(t)), w);
    worst = std::max(worst, own.certificate.relative_residual);
    CHECK(relative_difference(arma::mat(together.coefficients().col(t)), single.coefficients()) <=
          1e-13);
    CHECK(relative_difference(arma::mat(together.leave_one_out_residuals().col(t)),
                              single.leave_one_out_residuals()) <= 1e-13);
  }
  CHECK(report.certificate.relative_residual <= 3 * worst);
}

TEST_CASE("whole weights are rows written several times", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 60, 311), Y = normal_matrix<double>(60, 2, 312);
  Col<double> w(60);
  std::vector<index_t> copies;
  for (index_t i = 0; i < 60; ++i) {
    w(i) = static_cast<double>(i % 4);  // 0 leaves the row out
    copies.insert(copies.end(), i % 4, i);
  }
  const arma::uvec rows = test::to_uvec(copies);
  KernelRidge<double> weighted(kernel, {.lambda = 0.3}), repeated(kernel, {.lambda = 0.3});
  const Report own = weighted.fit(X, Y, w);
  const Report other = repeated.fit(X.cols(rows), Y.rows(rows));
  REQUIRE(own);
  REQUIRE(other);
  CHECK(own.certificate.relative_residual <= 1e-14);
  CHECK(own.certificate.backward_error <= 1e-15);

  arma::mat sums(60, 2, arma::fill::zeros);  // the coefficients of a row's copies together
  for (index_t k = 0; k < copies.size(); ++k) {
    sums.row(copies[k]) += repeated.coefficients().row(k);
  }
  CHECK(relative_difference(weighted.coefficients(), sums) <= 1e-12);
  CHECK(arma::all(arma::vectorise(weighted.coefficients().rows(arma::find(w == 0))) == 0));
  const arma::mat X_new = normal_matrix<double>(3, 20, 313);
  CHECK(relative_difference(weighted.predict(X_new), repeated.predict(X_new)) <= 1e-13);
}

TEMPLATE_TEST_CASE("the operator door has the bits of the points door", "[model]", float, double) {
  using T = TestType;
  const index_t n = GENERATE(40u, 700u);
  const Mat<T> X = normal_matrix<T>(5, n, 314), Y = normal_matrix<T>(n, 2, 315);
  const Mat<T> X_new = normal_matrix<T>(5, 300, 316);
  const Col<double> w = positive_weights(n, 317);
  const KernelRidgeOptions options = {.lambda = 0.2, .leave_one_out = true};
  KernelRidge<T> points(kernel, options), matrix(options);
  const Report by_points = points.fit(X, Y, w);
  const Report by_matrix = matrix.fit(DenseGram<T>(gram<T>(kernel, X)), Y, w);
  REQUIRE(by_points);
  REQUIRE(by_matrix);
  CHECK(same_bits(points.coefficients(), matrix.coefficients()));
  CHECK(same_bits(points.target_means(), matrix.target_means()));
  CHECK(same_bits(points.leave_one_out_residuals(), matrix.leave_one_out_residuals()));
  const DenseGram<T> K_new(gram<T>(kernel, X_new, X));
  CHECK(same_bits(points.predict(X_new), matrix.predict(K_new)));
  CHECK(same_bits(points.predict(X_new), points.predict(K_new)));
  if constexpr (std::is_same_v<T, double>) {
    CHECK(by_points.certificate.relative_residual == by_matrix.certificate.relative_residual);
  }
}

TEMPLATE_TEST_CASE("verify repeats the certificate and notices other data", "[model]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 300, 318), Y = normal_matrix<T>(300, 2, 319);
  const Col<double> w = positive_weights(300, 320);
  KernelRidge<T> model(kernel, {.lambda = 0.1});
  const Report report = model.fit(X, Y, w);
  REQUIRE(report);
  const MatrixFreeGram<T> K(kernel, X);
  const Certificate again = verify(model, K, Y, w);
  CHECK(again.relative_residual == report.certificate.relative_residual);
  CHECK(again.backward_error == report.certificate.backward_error);
  CHECK(again.relative_residual <= 1000 * unit<T>);

  CHECK(verify(model, X, Y, w).relative_residual == again.relative_residual);
  CHECK(model.kernel().expression() == kernel.expression());

  Mat<T> other = Y;
  other(17, 1) += T(0.5);
  CHECK(verify(model, K, other, w).relative_residual >= 0.01);
  CHECK(verify(model, K, other, w).backward_error >= 1e-5);
  Mat<T> moved = X;
  moved(0, 5) += T(0.1);
  CHECK(verify(model, MatrixFreeGram<T>(kernel, moved), Y, w).relative_residual >= 1e-4);
  CHECK(verify(model, K, Y).relative_residual >= 0.01);  // without the weights

  // a matrix that is not symmetric is solved as if it were, and found out
  Mat<T> skew = gram<T>(kernel, X);
  skew(200, 3) += T(0.5);
  KernelRidge<T> wrong({.lambda = 0.1});
  CHECK(wrong.fit(DenseGram<T>(skew), Y).certificate.relative_residual >= 1e-3);
}

TEST_CASE("the certificate never hides what is not a number or out of range", "[model]") {
  const arma::mat K(1, 1, arma::fill::value(1e-200)), huge(1, 1, arma::fill::value(1e200));
  KernelRidge<double> model({.lambda = 1e-200, .centre_target = false});
  // alpha = 1e200 / 2e-200 overflows
  const Report report = model.fit(DenseGram<double>(K), huge);
  CHECK_FALSE(report.certificate.relative_residual <= 1);
  CHECK_FALSE(report.certificate.backward_error <= 1);

  // targets whose squares overflow, or vanish, have a residual like any others
  const double size = GENERATE(1e200, 1e-200);
  const arma::mat X = normal_matrix<double>(3, 50, 321);
  const arma::mat Y = size * normal_matrix<double>(50, 1, 322);
  KernelRidge<double> scaled(kernel);
  const Certificate own = scaled.fit(X, Y).certificate;
  CHECK(own.relative_residual > 0);
  CHECK(own.relative_residual <= 1e-14);
  CHECK(verify(scaled, MatrixFreeGram<double>(kernel, X), arma::mat(-Y)).relative_residual >= 0.5);
  arma::mat hole = Y;
  hole(3, 0) = arma::datum::nan;
  CHECK_FALSE(verify(scaled, MatrixFreeGram<double>(kernel, X), hole).relative_residual <= 1);
}

TEST_CASE("a constant target is predicted everywhere", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 50, 323);
  const arma::mat Y(50, 1, arma::fill::value(0.1));
  KernelRidge<double> model(kernel, {.leave_one_out = true});
  const Report report = model.fit(X, Y);
  REQUIRE(report);
  CHECK(report.certificate.relative_residual <= 1e-14);
  const arma::mat far = normal_matrix<double>(3, 5, 324) * 100;
  CHECK(arma::abs(model.predict(far) - 0.1).max() <= 1e-15);
  CHECK(arma::abs(model.leave_one_out_residuals()).max() <= 1e-15);
}

TEST_CASE("one point is its own mean", "[model]") {
  const arma::mat X(1, 1, arma::fill::value(2)), Y = {{5, -1}};
  KernelRidge<double> model(Linear(), {.lambda = 1});
  REQUIRE(model.fit(X, Y));
  CHECK(same_bits(model.predict(arma::mat{{100, -3}}), arma::mat{{5, -1}, {5, -1}}));
  KernelRidge<double> plain(Linear(), {.lambda = 1, .centre_target = false});
  REQUIRE(plain.fit(X, Y));
  CHECK(plain.predict(X)(0, 0) == Approx(5 * 4.0 / 5));  // k / (k + lambda) y
}

TEMPLATE_TEST_CASE("KernelRidge has the same bits for any number of threads", "[model]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(10, 1100, 325), Y = normal_matrix<T>(1100, 2, 326);
  const Mat<T> X_new = normal_matrix<T>(10, 600, 327);
  const Col<double> w = positive_weights(1100, 328);
  Mat<T> alpha, residuals, predicted;
  Certificate certificate;
  for (const int threads : {1, 2, 3, 5}) {
    CAPTURE(threads);
    KernelRidge<T> model(kernel, {.lambda = 0.1, .leave_one_out = true, .threads = threads});
    const Report report = model.fit(X, Y, w);
    REQUIRE(report);
    CHECK(report.threads == threads);
    if (threads == 1) {
      alpha = model.coefficients();
      residuals = model.leave_one_out_residuals();
      predicted = model.predict(X_new);
      certificate = report.certificate;
      continue;
    }
    CHECK(same_bits(model.coefficients(), alpha));
    CHECK(same_bits(model.leave_one_out_residuals(), residuals));
    CHECK(same_bits(model.predict(X_new), predicted));
    CHECK(report.certificate.relative_residual == certificate.relative_residual);
    CHECK(report.certificate.backward_error == certificate.backward_error);
  }
}

TEST_CASE("a second fit replaces the first", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 30, 329), Y = normal_matrix<double>(30, 1, 330);
  KernelRidge<double> model(kernel), fresh(kernel);
  REQUIRE(model.fit(normal_matrix<double>(5, 70, 331), normal_matrix<double>(70, 2, 332)));
  REQUIRE(model.fit(X, Y));
  REQUIRE(fresh.fit(X, Y));
  CHECK(same_bits(model.predict(X), fresh.predict(X)));
  KernelRidge<double> copy = model;  // a value: its own points
  REQUIRE(model.fit(X, arma::mat(-Y)));
  CHECK(same_bits(copy.predict(X), fresh.predict(X)));
}
