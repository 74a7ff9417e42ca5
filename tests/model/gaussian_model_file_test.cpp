// Models whose factors are computed again when they are loaded, and models of operators.
#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/model_file.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"
#include "support/saved_model.hpp"

using namespace mercer;
using mercer::test::Problem;
using mercer::test::saved_and_loaded;

TEMPLATE_TEST_CASE("a Gaussian process comes back with its posterior", "[model][file]", double,
                   float) {
  using T = TestType;
  const Problem<T> p;
  const Col<T> y = arma::conv_to<Col<T>>::from(p.y);
  const Col<double> noise = 0.01 * p.weights;
  for (const GaussianProcessOptions& options :
       {GaussianProcessOptions{}, GaussianProcessOptions{.noise = 0.1, .centre_target = false},
        GaussianProcessOptions{.optimise = true, .search = {.lower = {-3, -9}, .upper = {4, 2}}},
        GaussianProcessOptions{.method = GaussianProcessMethod::conjugate_gradient},
        GaussianProcessOptions{
            .noise = 1e-4, .method = GaussianProcessMethod::conjugate_gradient, .rank = 7}}) {
    for (const Col<double>& of_points : {Col<double>(), noise}) {
      GaussianProcess<T> model(Rbf(0.7), options);
      REQUIRE(model.fit(p.X, y, of_points));
      const auto loaded = saved_and_loaded(model);
      CHECK(identical(loaded.predict(p.X_new), model.predict(p.X_new)));
      const auto before = model.predict_with_std(p.X_new), after = loaded.predict_with_std(p.X_new);
      CHECK(identical(after.standard_deviation, before.standard_deviation));
      CHECK(after.standard_deviation_error == before.standard_deviation_error);
      CHECK(identical(loaded.sample(p.X_new, 2, 5), model.sample(p.X_new, 2, 5)));
      CHECK(loaded.theta() == model.theta());
      CHECK(loaded.log_marginal_likelihood() == model.log_marginal_likelihood());
      CHECK(loaded.options().search.upper == options.search.upper);
      CHECK(verify(loaded, p.X, y, of_points).relative_residual ==
            verify(model, p.X, y, of_points).relative_residual);
    }
  }
}

TEST_CASE("the jitter of a Gaussian process is part of its factor", "[model][file]") {
  const Mat<double> X = arma::repmat(random_points<double>(2, 20, 1), 1, 2);  // each point twice
  const Col<double> y = random_points<double>(40, 1, 2);
  GaussianProcess<double> model(Rbf(0.1), {.noise = 0});
  REQUIRE(model.fit(X, y));
  REQUIRE(model.jitter() > 0);
  const Mat<double> X_new = random_points<double>(2, 9, 3);
  CHECK(identical(saved_and_loaded(model).predict_with_std(X_new).standard_deviation,
                  model.predict_with_std(X_new).standard_deviation));
}

TEMPLATE_TEST_CASE("probabilistic classifiers come back", "[model][file]", double, float) {
  using T = TestType;
  const Problem<T> p;
  for (const arma::ivec& labels : {p.two, p.four}) {
    for (const bool optimise : {false, true}) {
      GaussianProcessClassifier<T> model(Rbf(0.7), {.optimise = optimise});
      REQUIRE(model.fit(p.X, labels));
      const auto loaded = saved_and_loaded(model);
      CHECK(identical(loaded.probabilities(p.X_new), model.probabilities(p.X_new)));
      CHECK(identical(loaded.predict(p.X_new), model.predict(p.X_new)));
      CHECK(loaded.log_marginal_likelihood() == model.log_marginal_likelihood());
    }
    KernelLogistic<T> logistic(Rbf(0.7), {.lambda = 0.3});
    REQUIRE(logistic.fit(p.X, labels));
    const auto loaded = saved_and_loaded(logistic);
    CHECK(identical(loaded.probabilities(p.X_new), logistic.probabilities(p.X_new)));
    CHECK(loaded.options().lambda == 0.3);
  }
}

TEMPLATE_TEST_CASE("models of the operator door come back", "[model][file]", double, float) {
  using T = TestType;
  const Problem<T> p;
  const Mat<T> K = gram(Rbf(0.7), p.X), K_new = gram(Rbf(0.7), p.X_new, p.X);
  const Mat<double> K_double = gram(Rbf(0.7), random_points<double>(3, 60, 1));
  const Mat<double> K_new_double =
      gram(Rbf(0.7), random_points<double>(3, 25, 2), random_points<double>(3, 60, 1));

  Svc<T> svc{SvcOptions{.C = 2}};
  REQUIRE(svc.fit(DenseGram<T>(K), p.four));
  const DenseGram<T> of_support(Mat<T>(K_new.cols(svc.support_indices())));
  CHECK(identical(saved_and_loaded(svc).decision_values(of_support),
                  svc.decision_values(of_support)));

  Svr<T> svr{SvrOptions{.epsilon = 0.05}};
  REQUIRE(svr.fit(DenseGram<T>(K), p.y));
  const DenseGram<T> of_svr(Mat<T>(K_new.cols(svr.support_indices())));
  CHECK(identical(saved_and_loaded(svr).predict(of_svr), svr.predict(of_svr)));

  KernelRidge<T> ridge{KernelRidgeOptions{}};
  REQUIRE(ridge.fit(DenseGram<T>(K), arma::conv_to<Mat<T>>::from(p.y)));
  CHECK(identical(saved_and_loaded(ridge).predict(DenseGram<T>(K_new)),
                  ridge.predict(DenseGram<T>(K_new))));

  const Col<double> ones(25, arma::fill::ones);
  GaussianProcess<T> process{GaussianProcessOptions{}};
  REQUIRE(process.fit(DenseGram<double>(K_double), arma::conv_to<Col<T>>::from(p.y)));
  const DenseGram<double> of_new(K_new_double);
  CHECK(identical(saved_and_loaded(process).predict_with_std(of_new, ones).standard_deviation,
                  process.predict_with_std(of_new, ones).standard_deviation));

  GaussianProcess<T> iterated{
      GaussianProcessOptions{.method = GaussianProcessMethod::conjugate_gradient}};
  REQUIRE(iterated.fit(DenseGram<double>(K_double), arma::conv_to<Col<T>>::from(p.y)));
  CHECK(identical(saved_and_loaded(iterated).predict(of_new), iterated.predict(of_new)));
  CHECK_THROWS_AS(saved_and_loaded(iterated).predict_with_std(of_new, ones), LogicError);

  KernelLogistic<T> logistic{KernelLogisticOptions{}};
  REQUIRE(logistic.fit(DenseGram<double>(K_double), p.four));
  CHECK(identical(saved_and_loaded(logistic).decision_values(of_new),
                  logistic.decision_values(of_new)));
}
