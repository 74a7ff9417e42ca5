// Each class against all others.
#include "model/one_against_rest.hpp"

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/data/metrics.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/reference.hpp"

using namespace mercer;
using test::noisy_classes;
using test::normal_matrix;
using test::same_bits;

namespace {

constexpr MultiClass rest = MultiClass::one_against_rest;

// -1 for all classes but one, which is +1.
arma::ivec signs_of(const arma::ivec& labels, arma::sword of) {
  arma::ivec signs(labels.n_elem, arma::fill::value(-1));
  signs.elem(arma::find(labels == of)).fill(1);
  return signs;
}

Col<double> some_weights(index_t n) {
  Col<double> w(n);
  for (index_t i = 0; i < n; ++i) w(i) = 0.5 + 0.25 * static_cast<double>(i % 5);
  return w;
}

}  // namespace

TEST_CASE("one against the rest is a machine for each class, made by hand", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 240, 801), X_new = normal_matrix<double>(3, 50, 802);
  const arma::ivec labels = noisy_classes(X, 4, 3, 803);
  const double nu = GENERATE(0.0, 0.15);
  CAPTURE(nu);
  const std::vector<ClassWeight> class_weights = {{4, 2.0}, {6, 0.5}};
  const Col<double> w = some_weights(240);
  Svc<double> svc(
      Rbf(0.5),
      {.C = 3, .nu = nu, .class_weights = class_weights, .multi_class = rest, .tolerance = 1e-9});
  const Report report = svc.fit(X, labels, w);
  REQUIRE(report);
  REQUIRE(svc.biases().n_elem == 4);
  REQUIRE(svc.margins().n_elem == 4);
  REQUIRE(svc.pair_reports().size() == 4);
  CHECK(svc.coefficients().n_rows == svc.support_indices().n_elem);
  const arma::mat f = svc.decision_values(X_new);
  REQUIRE(f.n_cols == 4);

  Certificate sum{.primal_objective = 0, .dual_objective = 0};
  arma::mat by_hand(50, 4);
  for (arma::sword c = 3; c <= 6; ++c) {
    // the weight of a row's class, by the row
    Col<double> own = w;
    for (index_t i = 0; i < 240; ++i) {
      for (const auto& [label, weight] : class_weights) own(i) *= labels(i) == label ? weight : 1;
    }
    Svc<double> one(Rbf(0.5), {.C = 3, .nu = nu, .tolerance = 1e-9});
    const Report alone = one.fit(X, signs_of(labels, c), own);
    REQUIRE(alone);
    const auto k = static_cast<index_t>(c - 3);
    by_hand.col(k) = one.decision_values(X_new);
    CHECK(svc.margins()(k) == Approx(one.margins()(0)).epsilon(1e-6));
    CHECK(svc.biases()(k) == Approx(one.biases()(0)).margin(1e-6));
    CHECK(svc.pair_reports()[k].certificate.dual_objective ==
          Approx(alone.certificate.dual_objective).epsilon(1e-7));
    sum.primal_objective += alone.certificate.primal_objective;
    sum.dual_objective += alone.certificate.dual_objective;
  }
  CHECK(arma::abs(f - by_hand).max() <= 1e-6);
  CHECK(report.certificate.primal_objective == Approx(sum.primal_objective).epsilon(1e-7));
  CHECK(report.certificate.dual_objective == Approx(sum.dual_objective).epsilon(1e-7));
  const arma::ivec predicted = svc.predict(X_new);
  for (index_t i = 0; i < 50; ++i) {
    CHECK(predicted(i) == 3 + static_cast<arma::sword>(by_hand.row(i).index_max()));
  }
}

TEMPLATE_TEST_CASE("verify repeats the certificate of one against the rest", "[model]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, 200, 804);
  const arma::ivec labels = noisy_classes(X, 3, 0, 805);
  const Col<double> w = some_weights(200);
  const double nu = GENERATE(0.0, 0.2);
  Svc<T> svc(Rbf(0.5), {.C = 2, .nu = nu, .multi_class = rest});
  const Report report = svc.fit(X, labels, w);
  REQUIRE(report);
  const Certificate again = verify(svc, X, labels, w);
  CHECK(again.primal_objective == Approx(report.certificate.primal_objective).epsilon(1e-11));
  CHECK(again.dual_objective == Approx(report.certificate.dual_objective).epsilon(1e-11));
  CHECK(again.gap == Approx(report.certificate.gap).margin(1e-8));
  CHECK(again.violation == Approx(report.certificate.violation).margin(1e-9));
  CHECK(again.gap <= 1e-2 * std::abs(again.primal_objective) + 0.2);
  CHECK(again.gap >= -1e-9);
  CHECK(verify(svc, X, labels, Col<double>(2 * w)).gap >= 0.1);
}

TEST_CASE("the largest decision value wins, the first among equals", "[model]") {
  const arma::mat f = {{1, 2, 3}, {-1, -2, -3}, {0, 5, 5}, {2, 1, 2}};
  CHECK(arma::all(largest(f) == arma::uvec{2, 0, 1, 0}));
}

TEST_CASE("of two classes, one against the rest is one against one", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 100, 806);
  const arma::ivec labels = noisy_classes(X, 2, 5, 807);
  Svc<double> pair(Rbf(1)), against_rest(Rbf(1), {.multi_class = rest});
  REQUIRE(pair.fit(X, labels));
  REQUIRE(against_rest.fit(X, labels));
  CHECK(same_bits(pair.coefficients(), against_rest.coefficients()));
  CHECK(same_bits(pair.decision_values(X), against_rest.decision_values(X)));
  CHECK(same_bits(pair.predict(X), against_rest.predict(X)));
}

TEMPLATE_TEST_CASE("one against the rest has the same bits for any number of threads", "[model]",
                   float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(70, 500, 808), X_new = normal_matrix<T>(70, 300, 809);
  const arma::ivec labels = noisy_classes(X, 5, 0, 810);
  const double nu = GENERATE(0.0, 0.2);
  const Rbf kernel(1.0 / 70);
  Svc<T> first(kernel, {.C = 2, .nu = nu, .multi_class = rest, .threads = 1});
  REQUIRE(first.fit(X, labels));
  for (const int threads : {2, 3}) {
    CAPTURE(threads);
    Svc<T> svc(kernel, {.C = 2, .nu = nu, .multi_class = rest, .threads = threads});
    REQUIRE(svc.fit(X, labels));
    CHECK(same_bits(svc.coefficients(), first.coefficients()));
    CHECK(same_bits(svc.biases(), first.biases()));
    CHECK(same_bits(svc.decision_values(X_new), first.decision_values(X_new)));
  }
}

TEST_CASE("without room for shared kernel values, one against the rest has the same optimum",
          "[model]") {
  const arma::mat X = normal_matrix<double>(3, 400, 811);
  const arma::ivec labels = noisy_classes(X, 3, 0, 812);
  const SvcOptions options = {.C = 5, .multi_class = rest, .tolerance = 1e-9};
  SvcOptions little = options;
  little.memory_budget = 400 * 400 * sizeof(float);  // less than all of K with room and in double
  Svc<double> shared(Rbf(0.5), options), not_shared(Rbf(0.5), little);
  const Report own = shared.fit(X, labels), other = not_shared.fit(X, labels);
  REQUIRE(own);
  REQUIRE(other);
  CHECK(own.certificate.dual_objective == Approx(other.certificate.dual_objective).epsilon(1e-8));
  CHECK(arma::abs(shared.decision_values(X) - not_shared.decision_values(X)).max() <= 1e-6);
}

TEST_CASE("both doors of one against the rest have one model", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 150, 813), X_new = normal_matrix<double>(3, 40, 814);
  const arma::ivec labels = noisy_classes(X, 3, 0, 815);
  Svc<double> points(Rbf(0.5), {.multi_class = rest}), matrix({.multi_class = rest});
  REQUIRE(points.fit(X, labels));
  REQUIRE(matrix.fit(DenseGram<double>(gram<double>(Rbf(0.5), X)), labels));
  CHECK(same_bits(points.coefficients(), matrix.coefficients()));
  const arma::mat support = X.cols(points.support_indices());
  const DenseGram<double> K_new(gram<double>(Rbf(0.5), X_new, support));
  CHECK(same_bits(points.decision_values(X_new), matrix.decision_values(K_new)));
  CHECK(same_bits(points.predict(X_new), matrix.predict(K_new)));
}

TEST_CASE("one against the rest is as right as one against one on real sets", "[model]") {
  const std::string name = GENERATE("iris", "wine", "digits");
  CAPTURE(name);
  const auto data = test::prepare<double>(name);
  const arma::ivec labels = class_codes(data.y_train), truth = class_codes(data.y_test);
  const Rbf kernel(1.0 / static_cast<double>(data.X_train.n_rows));
  Svc<double> pairs(kernel, {.C = 10}), against_rest(kernel, {.C = 10, .multi_class = rest});
  REQUIRE(pairs.fit(data.X_train, labels));
  REQUIRE(against_rest.fit(data.X_train, labels));
  const double share = accuracy(truth, pairs.predict(data.X_test));
  CHECK(accuracy(truth, against_rest.predict(data.X_test)) >= share - 0.03);
  CHECK(share >= 0.9);
}

TEST_CASE("one against the rest refuses a nu that a class does not allow", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 100, 816);
  arma::ivec labels(100, arma::fill::value(7));
  labels.head(20).fill(3);
  labels.subvec(20, 59).fill(5);
  REQUIRE_THROWS_WITH(
      Svc<double>(Rbf(1), {.nu = 0.5, .multi_class = rest}).fit(X, labels),
      "Svc::fit: class 3 against the rest: nu must be in (0, 0.4], at most twice the share of the "
      "smaller class, is 0.5");
}

TEST_CASE("a kernel value that is not finite has the place in the caller's matrix", "[model]") {
  // only the points of 2 and 3 have the product 6
  const arma::mat X = {{3, 1, 2, 1.5, 1, 1}};
  const arma::ivec labels = {9, 4, 6, 4, 9, 6};
  const auto hole = make_kernel<Statistic::dot>(
      "hole", [](auto dot) { return dot == 6 ? decltype(dot)(arma::datum::nan) : dot; });
  const double nu = GENERATE(0.0, 0.1);
  try {
    static_cast<void>(Svc<double>(hole, {.nu = nu, .multi_class = rest}).fit(X, labels));
    FAIL("nothing was thrown");
  } catch (const NonFiniteError& error) {
    CHECK(std::min(error.row(), error.column()) == 0);
    CHECK(std::max(error.row(), error.column()) == 2);
  }
}

TEST_CASE("one against the rest stopped at once says nothing, labelled so", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 90, 817);
  const arma::ivec labels = noisy_classes(X, 3, 0, 818);
  int calls = 0;
  Svc<double> svc(Rbf(1), {.multi_class = rest, .progress = [&](const Progress&) {
                             return ++calls == 1 ? Continue::no : Continue::yes;
                           }});
  const Report report = svc.fit(X, labels);
  CHECK(calls == 1);
  CHECK(report.status == Status::stopped);
  CHECK(report.certificate.dual_objective == 0);
  CHECK(report.certificate.gap == 270);  // each row stands in three problems, C = 1, f = 0
  CHECK(svc.decision_values(X).is_zero());
}
