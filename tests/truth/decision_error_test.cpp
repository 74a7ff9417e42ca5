// Certificate::decision_error against a second fit to 1e-9, on the bundled data.
#include <algorithm>
#include <cmath>
#include <string>

#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/one_class_svm.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/model/svdd.hpp"
#include "mercer/model/svr.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;
using mercer::test::prepare;

namespace {

constexpr double tight = 1e-9;

double gamma_of(const arma::mat& X) { return 1.0 / static_cast<double>(X.n_rows); }

// loose, exact: <w, phi(x)> of the training points by two fits. The bound of either fit holds
// against the optimum, so that the two are at most the sum apart; and it falls with the tolerance.
// (It may be some hundred times the error: gaps add up over all rows.)
void check_bound(const Report& loose_report, const Report& exact_report, const arma::mat& loose,
                 const arma::mat& exact) {
  REQUIRE(loose_report);
  REQUIRE(exact_report);
  const double bound = loose_report.certificate.decision_error;
  const double rest = exact_report.certificate.decision_error;
  const double error = arma::abs(loose - exact).max();
  CAPTURE(bound, rest, error);
  CHECK(rest <= 0.1 * bound);
  CHECK(error <= bound + rest);
}

}  // namespace

TEST_CASE("the decision error of C-SVC and nu-SVC bounds what is left to the optimum", "[truth]") {
  const std::string name = GENERATE("heart", "ionosphere", "breast_cancer", "iris", "wine");
  const double nu = GENERATE(0.0, 0.1);
  const double tolerance = GENERATE(1e-1, 1e-3);
  CAPTURE(name, nu, tolerance);
  const auto data = prepare<double>(name);
  const arma::ivec labels = class_codes(data.y_train);
  const auto fit = [&](double to, Report& report) {
    Svc<double> svc(Rbf(gamma_of(data.X_train)), {.C = 10, .nu = nu, .tolerance = to});
    report = svc.fit(data.X_train, labels);
    arma::mat f = svc.decision_values(data.X_train);
    f.each_row() -= svc.biases().t();
    if (nu > 0) f.each_row() %= svc.margins().t();  // back to the one scale of both fits
    double largest = 0;
    for (index_t p = 0; p < svc.margins().n_elem; ++p) {
      largest =
          std::max(largest, svc.margins()(p) * svc.pair_reports()[p].certificate.decision_error);
    }
    if (nu > 0) report.certificate.decision_error = largest;
    return f;
  };
  Report loose_report, exact_report;
  const arma::mat loose = fit(tolerance, loose_report), exact = fit(tight, exact_report);
  check_bound(loose_report, exact_report, loose, exact);
}

TEST_CASE("the decision error counts the points of all classes, also where k(x, x) varies",
          "[truth]") {
  const auto data = prepare<double>("wine");
  arma::mat X = data.X_train;
  const arma::ivec labels = class_codes(data.y_train);
  for (index_t i = 0; i < X.n_cols; ++i) {
    if (labels(i) == 2) X.col(i) *= 3;  // the pair (0, 1) is fitted without them
  }
  Svc<double> loose(Polynomial(2, 0.1, 1), {.C = 0.01, .tolerance = 0.1});
  Svc<double> exact(Polynomial(2, 0.1, 1), {.C = 0.01, .tolerance = tight});
  const Report loose_report = loose.fit(X, labels), exact_report = exact.fit(X, labels);
  REQUIRE(loose_report);
  REQUIRE(exact_report);
  arma::mat error = loose.decision_values(X) - exact.decision_values(X);
  error.each_row() -= (loose.biases() - exact.biases()).t();
  const arma::vec diagonal = MatrixFreeGram<double>(Polynomial(2, 0.1, 1), X).diagonal();
  double largest = 0;
  for (index_t p = 0; p < 3; ++p) {
    const Certificate& own = loose.pair_reports()[p].certificate;
    CHECK(arma::abs(error.col(p)).max() <= own.decision_error + 1e-6);
    CHECK(own.decision_error == Approx(std::sqrt(own.gap * diagonal.max())));
    largest = std::max(largest, own.decision_error);
  }
  CHECK(loose_report.certificate.decision_error == largest);
  CHECK(verify(loose, X, labels).decision_error == Approx(largest).epsilon(1e-6));
}

TEST_CASE("the decision error of support vector regression bounds what is left", "[truth]") {
  const std::string name = GENERATE("diabetes", "concrete");
  const double nu = GENERATE(0.0, 0.3);
  CAPTURE(name, nu);
  const auto data = prepare<double>(name);
  const arma::vec y = (data.y_train - arma::mean(data.y_train)) / arma::stddev(data.y_train);
  Report reports[2];
  arma::mat f[2];
  for (const int k : {0, 1}) {
    Svr<double> svr(Rbf(gamma_of(data.X_train)),
                    {.C = 10, .epsilon = 0.1, .nu = nu, .tolerance = k == 0 ? 0.01 : tight});
    reports[k] = svr.fit(data.X_train, y);
    f[k] = svr.predict(data.X_train) - svr.bias();
  }
  check_bound(reports[0], reports[1], f[0], f[1]);
}

TEST_CASE("the decision error of one-class machines and data descriptions bounds what is left",
          "[truth]") {
  const auto data = prepare<double>("breast_cancer");
  const arma::mat X = data.X_train.cols(arma::find(data.y_train == 1));
  Report reports[2];
  arma::mat f[2];
  SECTION("half-space") {
    for (const int k : {0, 1}) {
      OneClassSvm<double> model(Rbf(gamma_of(X)), {.nu = 0.1, .tolerance = k == 0 ? 0.1 : tight});
      reports[k] = model.fit(X);
      f[k] = model.decision_values(X) - model.bias();
    }
  }
  SECTION("ball") {
    for (const int k : {0, 1}) {
      Svdd<double> model(Polynomial(2, 0.1, 1), {.nu = 0.1, .tolerance = k == 0 ? 1 : tight});
      reports[k] = model.fit(X);
      // without 2 bias - k(x, x), and halved: <w, phi(x)>
      const arma::vec own = MatrixFreeGram<double>(Polynomial(2, 0.1, 1), X).diagonal();
      f[k] = (model.decision_values(X) + own) / 2 - model.bias();
    }
  }
  check_bound(reports[0], reports[1], f[0], f[1]);
}
