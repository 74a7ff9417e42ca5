#include "mercer/model/gaussian_process_classifier.hpp"

#include <cmath>
#include <limits>

#include "mercer/core/errors.hpp"
#include "mercer/core/random.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/fixed.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_points.hpp"

using namespace mercer;
using test::same_bits;

namespace {

// Classes by the sign of a smooth function of two features, with some noise.
arma::ivec labels_of(const arma::mat& X, int classes) {
  Random random(11);
  arma::ivec labels(X.n_cols);
  for (index_t i = 0; i < X.n_cols; ++i) {
    const double f = std::sin(2 * X(0, i)) + X(1, i) + 0.3 * random.normal();
    labels(i) = f < -0.5 && classes == 3 ? 7 : f < 0 ? 2 : 4;
  }
  return labels;
}

}  // namespace

TEST_CASE("the gradient of Laplace's likelihood equals central differences", "[model][gp]") {
  const arma::mat X = random_points<double>(3, 300, 1);
  const int classes = GENERATE(2, 3);
  const arma::ivec labels = labels_of(X, classes);
  const AnyKernel kernel = 3.0 * Ard({1.2, 0.7, 0.3}, RationalQuadratic(1.4, 0.9)) + Matern32(2);
  const GaussianProcessClassifier<double> model(kernel);
  const std::vector<double> theta = kernel->theta();
  const auto at = [&](std::size_t p, double shift) {
    std::vector<double> moved = theta;
    moved[p] += shift;
    return model.marginal_likelihood(X, labels, moved).value;
  };
  const std::vector<double> gradient = model.marginal_likelihood(X, labels, theta).gradient;
  REQUIRE(gradient.size() == theta.size());
  for (std::size_t p = 0; p < theta.size(); ++p) {
    CAPTURE(p);
    const double h = 1e-3;
    const double difference =
        (8 * (at(p, h) - at(p, -h)) - (at(p, 2 * h) - at(p, -2 * h))) / (12 * h);
    CHECK(std::abs(gradient[p] - difference) <= 1e-7 * (1 + std::abs(difference)));
  }
}

TEST_CASE("the ascent switches off what plays no part", "[model][gp]") {
  const arma::mat X = random_points<double>(3, 250, 2);
  const arma::ivec labels = labels_of(X, 2);
  GaussianProcessClassifierOptions options{.optimise = true, .threads = 1};
  const AnyKernel start = 1.0 * Ard({1, 1, 1}, fixed(Rbf(0.5)));
  GaussianProcessClassifier<double> model(start, options);
  const Report report = model.fit(X, labels);
  REQUIRE(report);
  CHECK(report.residual <= options.search.tolerance);
  const std::vector<double> theta = model.kernel().theta();
  CHECK(theta[3] < theta[1] - 2);
  CHECK(model.log_marginal_likelihood() >
        model.marginal_likelihood(X, labels, start->theta()).value + 1);
  CHECK(arma::accu(model.predict(X) == labels) > 210);
  for (const int threads : {2, 3, 5}) {
    options.threads = threads;
    GaussianProcessClassifier<double> other(start, options);
    REQUIRE(other.fit(X, labels));
    CHECK(other.kernel().theta() == theta);
    CHECK(same_bits(other.probabilities(X), model.probabilities(X)));
  }
}

TEST_CASE("three classes have probabilities that sum to one", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 200, 3);
  const arma::ivec labels = labels_of(X, 3);
  GaussianProcessClassifier<double> model(4.0 * Rbf(0.5));
  REQUIRE(model.fit(X, labels));
  CHECK(model.problems() == 3);
  CHECK(arma::all(model.classes() == arma::ivec{2, 4, 7}));
  const arma::mat p = model.probabilities(X);
  CHECK(arma::abs(arma::sum(p, 1) - 1).max() <= 1e-15);
  CHECK(arma::accu(model.predict(X) == labels) > 150);
  GaussianProcessClassifier<float> single(4.0 * Rbf(0.5));
  REQUIRE(single.fit(arma::conv_to<arma::fmat>::from(X), labels));
  const arma::mat q =
      arma::conv_to<arma::mat>::from(single.probabilities(arma::conv_to<arma::fmat>::from(X)));
  CHECK(arma::abs(p - q).max() <= 1e-5);
}

TEST_CASE("bad input and stops of classification", "[model][gp]") {
  const arma::mat X = random_points<double>(2, 60, 4);
  const arma::ivec labels = labels_of(X, 2);
  GaussianProcessClassifier<double> model(Rbf(1));
  CHECK_THROWS_AS(model.predict(X), LogicError);
  CHECK_THROWS_WITH(model.fit(X, arma::ivec(60, arma::fill::zeros)),
                    "GaussianProcessClassifier::fit: labels must have two classes, have 1");
  CHECK_THROWS_AS(model.fit(X, arma::ivec(labels.head(59))), std::invalid_argument);
  GaussianProcessClassifier<double> small(Rbf(1), {.memory_budget = 1000});
  CHECK_THROWS_AS(small.fit(X, labels), BudgetError);
  GaussianProcessClassifier<double> indefinite(1e3 * Sigmoid(3, -2));
  const Report refused = indefinite.fit(X, labels);
  CHECK(refused.status == Status::not_positive_definite);
  CHECK_THAT(refused.message, Catch::Contains("leading minor of order "));
  CHECK_FALSE(indefinite.is_fitted());

  index_t calls = 0;
  GaussianProcessClassifier<double> stopped(1.0 * Rbf(0.5),
                                            {.optimise = true, .progress = [&](const Progress&) {
                                               return ++calls < 3 ? Continue::yes : Continue::no;
                                             }});
  const Report report = stopped.fit(X, labels);
  CHECK(report.status == Status::stopped);
  CHECK(stopped.is_fitted());
  REQUIRE(model.fit(X, labels));
  CHECK(model.probabilities(arma::mat(2, 0)).n_rows == 0);
  CHECK(model.predict(arma::mat(2, 0)).n_elem == 0);
  CHECK_THROWS_AS(model.latent(X, 1), std::invalid_argument);
  CHECK_THROWS_AS(model.predict(random_points<double>(3, 5, 5)), std::invalid_argument);
}

TEMPLATE_TEST_CASE("the gaps of the modes can be recomputed", "[model][gp]", float, double) {
  const arma::Mat<TestType> X = random_points<TestType>(2, 120, 3);
  const int classes = GENERATE(2, 3);
  const arma::ivec labels = labels_of(arma::conv_to<arma::mat>::from(X), classes);
  GaussianProcessClassifier<TestType> model(2.0 * Rbf(0.5));
  const Report report = model.fit(X, labels);
  const Certificate again = verify(model, X, labels);
  const double objective = report.certificate.primal_objective;
  CHECK(std::abs(again.primal_objective - objective) <= 1e-10 * objective);
  CHECK(std::abs(again.gap) <= 1e-8 * objective);
  const arma::ivec other = arma::shuffle(labels);
  CHECK(verify(model, X, other).gap > 1);
  CHECK_THROWS_WITH(verify(model, arma::Mat<TestType>(X.cols(0, 99)), labels),
                    "verify: X must have 120 columns (one per training point), has 100");
}
