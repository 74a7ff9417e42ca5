#include "mercer/model/kernel_logistic.hpp"

#include <cmath>
#include <limits>

#include "mercer/core/errors.hpp"
#include "mercer/data/load_csv.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/gaussian_process_classifier.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_points.hpp"
#include "support/reference.hpp"

using namespace mercer;
using test::same_bits;

namespace {

struct Problem {
  arma::mat X;
  arma::ivec labels;
};

Problem problem_of(const std::string& name) {
  const auto data = load_csv<double>(test::dataset_path(name + ".csv"), {.target = "target"});
  return {Scaler<double>::standardise(data.X).apply(data.X),
          arma::conv_to<arma::ivec>::from(data.y)};
}

}  // namespace

// python3-sklearn 1.2.1, on the standardised features:
//     LogisticRegression(C=2, fit_intercept=False, tol=1e-14, solver="newton-cholesky",
//                        max_iter=1000).fit(X, y).coef_[0]
// which is lambda = 1/2 with the linear kernel: w = X alpha.
TEST_CASE("the linear kernel gives scikit-learn's logistic regression", "[model][logistic]") {
  const Problem heart = problem_of("heart");
  KernelLogistic<double> model(Linear(), {.lambda = 0.5});
  const Report report = model.fit(heart.X, heart.labels);
  REQUIRE(report);
  const arma::vec w = heart.X * model.coefficients().col(0);
  const arma::vec expected = {-0.16705610999933704, 0.6473813283319471,  0.6399826246172795,
                              0.43340384321635905,  0.34071796402670534, -0.2740009884719771,
                              0.3029241331319624,   -0.5011524759177388, 0.39144569122331974,
                              0.41954053475922537,  0.2494424724256046,  1.1116623992682662,
                              0.6650135713186687};
  CHECK(arma::abs(w - expected).max() <= 1e-8);
  CHECK(std::abs(report.certificate.gap) <= 1e-10 * report.certificate.primal_objective);
}

TEST_CASE("the certificate is the gap, recomputed", "[model][logistic]") {
  const Problem iris = problem_of("iris");
  KernelLogistic<double> model(Rbf(0.3), {.lambda = 0.1});
  const Report report = model.fit(iris.X, iris.labels);
  REQUIRE(report);
  const MatrixFreeGram<double> K(Rbf(0.3), iris.X);
  const Certificate again = verify(model, K, iris.labels);
  CHECK(again.primal_objective == Approx(report.certificate.primal_objective).epsilon(1e-12));
  CHECK(std::abs(again.gap) <= 1e-10 * again.primal_objective);
  // A model of other labels has a gap.
  arma::ivec other = iris.labels;
  other.head(20) += 1;
  CHECK(verify(model, K, other).gap > 1);
}

TEST_CASE("it is the mode of the Gaussian process of kernel k / lambda", "[model][logistic]") {
  const Problem heart = problem_of("heart");
  KernelLogistic<double> logistic(Rbf(0.1), {.lambda = 0.25});
  GaussianProcessClassifier<double> process(4.0 * Rbf(0.1));
  REQUIRE(logistic.fit(heart.X, heart.labels));
  REQUIRE(process.fit(heart.X, heart.labels));
  const arma::vec f = process.latent(heart.X).mean;
  CHECK(arma::abs(logistic.decision_values(heart.X).col(0) - f).max() <= 1e-9);
  CHECK(arma::all(logistic.predict(heart.X) == process.predict(heart.X)));
}

TEST_CASE("several classes, the operator door and threads", "[model][logistic]") {
  const Problem iris = problem_of("iris");
  KernelLogistic<double> model(Rbf(0.3), {.lambda = 0.1, .threads = 1});
  REQUIRE(model.fit(iris.X, iris.labels));
  CHECK(arma::accu(model.predict(iris.X) == iris.labels) >= 145);
  const arma::mat p = model.probabilities(iris.X);
  CHECK(arma::abs(arma::sum(p, 1) - 1).max() <= 1e-15);
  for (const int threads : {2, 3, 5}) {
    KernelLogistic<double> other(Rbf(0.3), {.lambda = 0.1, .threads = threads});
    REQUIRE(other.fit(iris.X, iris.labels));
    CHECK(same_bits(model.coefficients(), other.coefficients()));
  }
  const DenseGram<double> K(gram(Rbf(0.3), iris.X));
  KernelLogistic<double> precomputed({.lambda = 0.1});
  REQUIRE(precomputed.fit(K, iris.labels));
  CHECK(arma::abs(precomputed.coefficients() - model.coefficients()).max() <= 1e-12);
  CHECK(arma::all(precomputed.predict(K) == model.predict(iris.X)));
  CHECK_THROWS_AS(precomputed.predict(iris.X), LogicError);
  KernelLogistic<float> single(Rbf(0.3), {.lambda = 0.1});
  REQUIRE(single.fit(arma::conv_to<arma::fmat>::from(iris.X), iris.labels));
  CHECK(arma::abs(single.coefficients() - model.coefficients()).max() <= 1e-5);
}

TEST_CASE("separable classes with a small price need halved steps", "[model][logistic]") {
  const arma::mat X = {{-3, -2, -1, 1, 2, 3}};
  const arma::ivec labels = {0, 0, 0, 1, 1, 1};
  KernelLogistic<double> model(Linear(), {.lambda = 1e-6});
  const Report report = model.fit(X, labels);
  REQUIRE(report);
  CHECK(std::abs(report.certificate.gap) <= 1e-10);
  CHECK(arma::all(model.predict(X) == labels));
}

TEST_CASE("bad input of logistic regression", "[model][logistic]") {
  const Problem iris = problem_of("iris");
  CHECK_THROWS_WITH(KernelLogistic<double>(Rbf(1), {.lambda = 0}),
                    "KernelLogistic: lambda must be finite and positive, is 0");
  KernelLogistic<double> model(Rbf(1));
  CHECK_THROWS_AS(model.predict(iris.X), LogicError);
  CHECK_THROWS_WITH(model.fit(iris.X, arma::ivec(150, arma::fill::ones)),
                    "KernelLogistic::fit: labels must have two classes, have 1");
  CHECK_THROWS_AS(model.fit(iris.X, arma::ivec(149, arma::fill::ones)), std::invalid_argument);
  arma::mat bad = iris.X;
  bad(0, 0) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(model.fit(bad, iris.labels), std::invalid_argument);
  KernelLogistic<double> small(Rbf(1), {.memory_budget = 1000});
  CHECK_THROWS_AS(small.fit(iris.X, iris.labels), BudgetError);
  KernelLogistic<double> indefinite(1e3 * Sigmoid(3, -2));
  const Report report = indefinite.fit(iris.X, iris.labels);
  CHECK(report.status == Status::not_positive_definite);
  CHECK_THAT(report.message, Catch::Contains("leading minor of order "));
  CHECK_FALSE(indefinite.is_fitted());
  KernelLogistic<double> stopped(Rbf(1),
                                 {.progress = [](const Progress&) { return Continue::no; }});
  CHECK_NOTHROW(stopped.fit(iris.X, iris.labels).status);
}
