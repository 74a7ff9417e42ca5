// Kernel ridge regression against scikit-learn 1.2.1.
#include <cmath>
#include <string>

#include "mercer/data/metrics.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;
using mercer::test::prepare;

namespace {

constexpr double lambda = 1e-2;

KernelRidge<double> reference_model(const arma::mat& X, bool centred, RidgeMethod method) {
  return KernelRidge<double>(Rbf(1.0 / static_cast<double>(X.n_rows)),
                             {.lambda = lambda, .centre_target = centred, .method = method});
}

void check_certificate(const Report& report) {
  REQUIRE(report);
  CHECK(report.certificate.relative_residual <= 1e-9);
  CHECK(report.certificate.backward_error <= 1e-14);
}

// y as -1 / +1: two classes.
arma::vec signs(const arma::vec& y) { return 2 * y - 1; }

}  // namespace

TEST_CASE("ridge regression reproduces the reference errors and predictions", "[truth][ridge]") {
  const std::string name = GENERATE("diabetes", "concrete", "abalone");
  const bool centred = GENERATE(false, true);
  const RidgeMethod method = GENERATE(RidgeMethod::cholesky, RidgeMethod::mixed_cholesky);
  CAPTURE(name, centred, to_string(method));
  auto reference = test::reference_of(name);
  const auto data = prepare<double>(name);
  KernelRidge<double> model = reference_model(data.X_train, centred, method);
  check_certificate(model.fit(data.X_train, data.y_train));

  const arma::mat predicted = model.predict(data.X_test);
  const std::string prefix = centred ? "krr_centred_" : "krr_";
  const double error = std::stod(reference[prefix + "rmse"]);
  CHECK(std::abs(rmse<double>(data.y_test, predicted) - error) <= 1e-8 * error);
  const double r2 = std::stod(reference[prefix + "r2"]);
  CHECK(r_squared<double>(data.y_test, predicted) == Approx(r2).epsilon(1e-8));
  const arma::vec expected = test::reference_predictions(name, prefix + "pred");
  CHECK(arma::abs(predicted.col(0) - expected).max() <= 1e-6);
}

TEST_CASE("ridge on -1 / +1 targets reproduces the two-class references", "[truth][ridge]") {
  const std::string name = GENERATE("spam", "ionosphere", "breast_cancer", "heart");
  CAPTURE(name);
  auto reference = test::reference_of(name);
  const auto data = prepare<double>(name);
  KernelRidge<double> model = reference_model(data.X_train, false, RidgeMethod::cholesky);
  check_certificate(model.fit(data.X_train, signs(data.y_train)));

  const arma::mat predicted = model.predict(data.X_test);
  const arma::vec truth = signs(data.y_test);
  const double error = std::stod(reference["krr_rmse"]);
  CHECK(std::abs(rmse<double>(truth, predicted) - error) <= 1e-8 * error);
  const auto right = static_cast<double>(arma::accu(arma::sign(predicted.col(0)) == truth));
  const double expected = std::stod(reference["krr_test_acc"]) * static_cast<double>(truth.n_elem);
  CHECK(std::abs(right - expected) <= 1);
  CHECK(arma::abs(predicted.col(0) - test::reference_predictions(name, "krr_pred")).max() <= 1e-6);
}

TEST_CASE("ridge with one output per class reproduces the references", "[truth][ridge]") {
  const std::string name = GENERATE("iris", "wine", "digits", "satellite");
  CAPTURE(name);
  const auto data = prepare<double>(name);
  const arma::ivec labels = class_codes(data.y_train);
  const arma::ivec classes = arma::unique(labels);
  arma::mat Y(labels.n_elem, classes.n_elem);
  for (index_t c = 0; c < classes.n_elem; ++c) {
    for (index_t i = 0; i < labels.n_elem; ++i) Y(i, c) = labels(i) == classes(c) ? 1 : -1;
  }
  KernelRidge<double> model = reference_model(data.X_train, false, RidgeMethod::cholesky);
  check_certificate(model.fit(data.X_train, Y));

  const arma::ucolvec best = arma::index_max(model.predict(data.X_test), 1);
  const arma::ivec predicted = classes.elem(best);
  const arma::vec expected = test::reference_predictions(name, "krr_pred");
  double differ = 0;
  for (index_t i = 0; i < expected.n_elem; ++i) {
    differ += static_cast<double>(predicted(i)) != expected(i);
  }
  CHECK(differ == 0);
  const double right = accuracy(class_codes(data.y_test), predicted);
  CHECK(right == Approx(std::stod(test::reference_of(name)["krr_test_acc"])).epsilon(1e-9));
}
