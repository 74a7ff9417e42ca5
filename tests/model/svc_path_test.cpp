// Warm starts: the solutions of fits on their own, in fewer steps.
#include "mercer/model/svc_path.hpp"

#include <cmath>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

using namespace mercer;
using mercer::test::prepare;

namespace {

const std::vector<double> rising = {0.1, 0.3, 1, 3, 10, 30, 100};

}  // namespace

TEMPLATE_TEST_CASE("models of a path are those of fits on their own, in fewer steps", "[model]",
                   float, double) {
  using T = TestType;
  const std::string name = GENERATE("heart", "wine");
  const MultiClass way = GENERATE(MultiClass::one_against_one, MultiClass::one_against_rest);
  CAPTURE(name);
  const auto data = prepare<T>(name);
  const arma::ivec labels = class_codes(data.y_train);
  const Rbf kernel(0.1);
  const double tolerance = 1e-5;
  const SvcPath<T> path =
      svc_path(kernel, data.X_train, labels, rising, {.multi_class = way, .tolerance = tolerance});
  REQUIRE(path.models.size() == rising.size());
  index_t warm = 0, cold = 0;
  for (index_t k = 0; k < rising.size(); ++k) {
    Svc<T> alone(kernel, {.C = rising[k], .multi_class = way, .tolerance = tolerance});
    const Report report = alone.fit(data.X_train, labels);
    REQUIRE(report);
    REQUIRE(path.reports[k]);
    CHECK(path.models[k].options().C == rising[k]);
    CHECK(path.reports[k].certificate.dual_objective ==
          Approx(report.certificate.dual_objective).epsilon(1e-5));
    CHECK(path.reports[k].residual <= tolerance);
    CHECK(std::abs(path.reports[k].certificate.gap) <=
          1e-3 * path.reports[k].certificate.primal_objective);
    CHECK(arma::all(path.models[k].predict(data.X_test) == alone.predict(data.X_test)));
    warm += path.reports[k].iterations;
    cold += report.iterations;
  }
  CAPTURE(cold);
  CHECK(double(warm) < 0.8 * double(cold));
}

TEST_CASE("a fit from its own solution takes next to no step, whatever the door", "[model]") {
  const auto data = prepare<double>("heart");
  const arma::ivec labels = class_codes(data.y_train);
  const arma::vec weights(labels.n_elem, arma::fill::value(0.5));
  Svc<double> svc(Rbf(0.1), {.C = 10, .tolerance = 1e-6});
  const index_t steps = svc.fit(data.X_train, labels).iterations;
  CHECK(svc.fit_from(svc, data.X_train, labels).iterations <= steps / 20);
  const DenseGram<double> K(gram(Rbf(0.1), data.X_train));
  CHECK(svc.fit_from(svc, K, labels).iterations <= steps / 20);
  // other weights: half of all bounds, to the optimum of a fit on its own
  const double from = svc.fit_from(svc, K, labels, weights).certificate.dual_objective;
  Svc<double> alone(Rbf(0.1), {.C = 10, .tolerance = 1e-6});
  CHECK(from == Approx(alone.fit(K, labels, weights).certificate.dual_objective).epsilon(1e-7));
  // another kernel
  Svc<double> wide(Rbf(0.05), {.C = 10, .tolerance = 1e-6}),
      again(Rbf(0.05), {.C = 10, .tolerance = 1e-6});
  REQUIRE(wide.fit(data.X_train, labels));
  CHECK(again.fit_from(svc, data.X_train, labels).certificate.dual_objective ==
        Approx(verify(wide, data.X_train, labels).dual_objective).epsilon(1e-7));
}

TEST_CASE("paths and warm starts have the same bits on any number of threads", "[model]") {
  const auto data = prepare<double>("wine");
  const arma::ivec labels = class_codes(data.y_train);
  const auto coefficients = [&](int threads) {
    return svc_path(Rbf(0.1), data.X_train, labels, {1, 4}, {.threads = threads})
        .models.back()
        .coefficients();
  };
  const arma::mat one = coefficients(1);
  for (const int threads : {2, 3, 5}) {
    const arma::mat own = coefficients(threads);
    REQUIRE(arma::size(own) == arma::size(one));
    REQUIRE(arma::all(arma::vectorise(own == one)));
  }
}

TEST_CASE("warm starts and paths refuse what does not fit", "[model]") {
  const auto data = prepare<double>("wine");
  const arma::mat& X = data.X_train;
  const arma::ivec labels = class_codes(data.y_train);
  Svc<double> svc(Rbf(0.1)), other(Rbf(0.1));
  Svc<double> rest(Rbf(0.1), {.multi_class = MultiClass::one_against_rest});
  CHECK_THROWS_AS(other.fit_from(svc, X, labels), LogicError);
  REQUIRE(svc.fit(X, labels));
  CHECK_THROWS_WITH(other.fit_from(svc, X, arma::ivec(labels + 1)),
                    "Svc::fit_from: start must have the classes of labels");
  CHECK_THROWS_WITH(rest.fit_from(svc, X, arma::ivec(arma::clamp(labels, 0, 1))),
                    "Svc::fit_from: start must have the classes of labels");
  const arma::uvec some = arma::regspace<arma::uvec>(0, svc.support_indices().max() - 1);
  CHECK_THROWS_AS(other.fit_from(svc, arma::mat(X.cols(some)), arma::ivec(labels.elem(some))),
                  std::invalid_argument);
  CHECK_FALSE(other.is_fitted());
  CHECK_THROWS_WITH(svc_path(Rbf(1), X, labels, {}),
                    "svc_path: C must hold at least one value, is empty");
  CHECK_THROWS_WITH(svc_path(Rbf(1), X, labels, {1, -1}),
                    "svc_path: C must be finite and positive, is -1");
  int calls = 0;
  const auto stopped = svc_path(Rbf(0.1), X, labels, {1, 10}, {.progress = [&](const Progress&) {
                                  return ++calls > 0 ? Continue::no : Continue::yes;
                                }});
  CHECK(stopped.models.size() == 1);
  CHECK(stopped.reports[0].status == Status::stopped);
}
