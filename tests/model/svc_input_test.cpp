// What Svc refuses, how it is stopped, and what it leaves as it was.
#include <stdexcept>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/svc.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::noisy_classes;
using test::normal_matrix;
using test::same_bits;

namespace {

const arma::mat X = normal_matrix<double>(3, 8, 451);
const arma::ivec labels = {1, 2, 4, 1, 2, 4, 1, 2};

arma::mat with(arma::mat M, index_t row, index_t column, double value) {
  M(row, column) = value;
  return M;
}

// Fitted: three overlapping classes, 300 points.
struct Larger {
  arma::mat X = normal_matrix<double>(3, 300, 452);
  arma::ivec labels = noisy_classes(X, 3, 0, 453);
};

}  // namespace

TEST_CASE("Svc refuses options out of range", "[model]") {
  REQUIRE_THROWS_WITH(Svc<double>(Rbf(1), {.C = -1}), "Svc: C must be finite and positive, is -1");
  REQUIRE_THROWS_WITH(Svc<double>({.C = 0}), "Svc: C must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(Svc<double>({.C = arma::datum::nan}),
                      "Svc: C must be finite and positive, is nan");
  REQUIRE_THROWS_WITH(Svc<double>({.tolerance = 0}),
                      "Svc: tolerance must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(Svc<double>({.class_weights = {{3, -2}}}),
                      "Svc: a class weight must be finite and at least 0, is -2");
  REQUIRE_THROWS_WITH(Svc<double>({.class_weights = {{3, 1}, {4, 1}, {3, 2}}}),
                      "Svc: class_weights names class 3 twice");
  REQUIRE_THROWS_AS(Svc<double>({.threads = -1}), std::invalid_argument);
}

TEST_CASE("Svc::fit refuses bad input and stays as it was", "[model]") {
  Svc<double> svc(Rbf(0.5), {.class_weights = {{4, 0.5}}});
  const bool fitted_before = GENERATE(false, true);
  if (fitted_before) REQUIRE(svc.fit(X, labels));
  const arma::mat before = fitted_before ? svc.decision_values(X) : arma::mat();

  REQUIRE_THROWS_WITH(svc.fit(arma::mat(3, 0), {}),
                      "Svc::fit: X is empty (d x n, one column per point): 3 rows, 0 columns");
  REQUIRE_THROWS_WITH(svc.fit(X, arma::ivec{1, 2, 4}),
                      "Svc::fit: labels must have 8 rows (one per point), has 3");
  REQUIRE_THROWS_WITH(svc.fit(with(X, 0, 3, arma::datum::nan), labels),
                      "Svc::fit: X must be finite, X(0, 3) is nan");
  REQUIRE_THROWS_WITH(svc.fit(X, arma::ivec(8, arma::fill::value(4))),
                      "Svc::fit: labels must hold at least two classes, all 8 are 4");
  REQUIRE_THROWS_WITH(svc.fit(X, arma::ivec{1, 2, 4, 1, 7, 4, 1, 2}),
                      "Svc::fit: labels must hold at least two rows of each class, class 7 has "
                      "one");
  REQUIRE_THROWS_WITH(svc.fit(X, arma::ivec{1, 2, 3, 1, 2, 3, 1, 2}),
                      "Svc::fit: class_weights names class 4, which no row has");
  REQUIRE_THROWS_WITH(svc.fit(X, labels, Col<double>(9, arma::fill::ones)),
                      "Svc::fit: weights must have 8 rows (one per point), has 9");
  REQUIRE_THROWS_WITH(svc.fit(X, labels, Col<double>{1, 1, 1, 1, -2, 1, 1, 1}),
                      "Svc::fit: a weight must be finite and at least 0, is -2");
  REQUIRE_THROWS_WITH(svc.fit(X, labels, Col<double>{1, 1, 1, 1, arma::datum::inf, 1, 1, 1}),
                      "Svc::fit: a weight must be finite and at least 0, is inf");
  REQUIRE_THROWS_WITH(svc.fit(X, labels, Col<double>{1, 0, 1, 1, 0, 1, 1, 0}),
                      "Svc::fit: the weights of class 2 are all 0");
  REQUIRE_THROWS_WITH(svc.fit(DenseGram<double>(arma::mat(8, 7, arma::fill::ones)), labels),
                      "Svc::fit: K must have 8 columns (one per training point), has 7");
  REQUIRE_THROWS_WITH(svc.fit(DenseGram<double>(arma::mat(0, 0)), arma::ivec()),
                      "Svc::fit: labels must hold at least two classes, there are none");
  CHECK(svc.is_fitted() == fitted_before);
  if (fitted_before) CHECK(same_bits(svc.decision_values(X), before));
}

TEST_CASE("an exception in a later pair leaves Svc as it was", "[model]") {
  // only the pair (2, 4) meets the product of 6, whose kernel value is not a number
  const arma::mat points = {{1, 1.5, 2, 2.25, 3, 3}};
  const arma::ivec codes = {1, 1, 2, 2, 4, 4};
  const auto hole = make_kernel<Statistic::dot>(
      "hole", [](auto dot) { return dot == 6 ? decltype(dot)(arma::datum::nan) : dot; });
  Svc<double> svc(hole);
  REQUIRE_THROWS_WITH(svc.fit(points, codes), "Svc::fit: K must be finite, K(2, 4) is nan");
  CHECK_FALSE(svc.is_fitted());
  REQUIRE(svc.fit(arma::mat(points.head_cols(4)), arma::ivec(codes.head(4))));
  const arma::mat before = svc.coefficients();
  REQUIRE_THROWS_AS(svc.fit(points, codes), std::invalid_argument);
  CHECK(same_bits(svc.coefficients(), before));
  CHECK(svc.classes().n_elem == 2);
}

TEST_CASE("a class weight of 0 is refused when the class is there", "[model]") {
  Svc<double> svc(Rbf(1), {.class_weights = {{2, 0}}});
  REQUIRE_THROWS_WITH(svc.fit(X, labels), "Svc::fit: the weights of class 2 are all 0");
}

TEST_CASE("Svc tells a budget below two columns", "[model]") {
  const Larger data;
  Svc<double> svc(Rbf(1), {.memory_budget = 1000});
  REQUIRE_THROWS_AS(svc.fit(data.X, data.labels), BudgetError);
  CHECK_FALSE(svc.is_fitted());
}

TEST_CASE("Svc has no answers before fit", "[model]") {
  const Svc<double> svc(Rbf(1));
  CHECK_FALSE(svc.is_fitted());
  REQUIRE_THROWS_AS(svc.predict(X), LogicError);
  REQUIRE_THROWS_WITH(svc.predict(X), "Svc::predict: the model is not fitted");
  REQUIRE_THROWS_AS(svc.predict(DenseGram<double>(arma::mat(2, 2))), LogicError);
  REQUIRE_THROWS_AS(svc.decision_values(X), LogicError);
  REQUIRE_THROWS_AS(svc.classes(), LogicError);
  REQUIRE_THROWS_AS(svc.support_indices(), LogicError);
  REQUIRE_THROWS_AS(svc.coefficients(), LogicError);
  REQUIRE_THROWS_AS(svc.biases(), LogicError);
  REQUIRE_THROWS_AS(svc.pair_reports(), LogicError);
  REQUIRE_THROWS_AS(verify(svc, MatrixFreeGram<double>(Rbf(1), X), labels), LogicError);
}

TEST_CASE("each door of Svc says when the other is meant", "[model]") {
  Svc<double> no_kernel(SvcOptions{});
  REQUIRE_THROWS_WITH(no_kernel.fit(X, labels),
                      "Svc::fit: the model has no kernel; give it an operator");
  REQUIRE_THROWS_AS(no_kernel.kernel(), LogicError);
  REQUIRE(no_kernel.fit(MatrixFreeGram<double>(Rbf(1), X), labels));
  REQUIRE_THROWS_WITH(verify(no_kernel, X, labels),
                      "Svc::kernel: the model was made without a kernel");
  REQUIRE_THROWS_AS(no_kernel.predict(X), LogicError);
  REQUIRE_THROWS_WITH(no_kernel.predict(X),
                      "Svc::predict: the model was fitted to an operator; give it K_new");
}

TEST_CASE("Svc::predict and verify refuse what is not of the model's sizes", "[model]") {
  Svc<double> svc(Rbf(0.5));
  REQUIRE(svc.fit(X, labels));
  REQUIRE_THROWS_WITH(svc.predict(arma::mat(2, 4)),
                      "Svc::predict: X_new must have 3 rows (one per feature; one column per "
                      "point), has 2");
  REQUIRE_THROWS_WITH(svc.predict(with(X, 1, 1, arma::datum::inf)),
                      "Svc::predict: X_new must be finite, X_new(1, 1) is inf");
  const std::string support = std::to_string(svc.support_indices().n_elem);
  REQUIRE_THROWS_WITH(svc.predict(DenseGram<double>(arma::mat(2, 20, arma::fill::ones))),
                      "Svc::predict: K_new must have " + support +
                          " columns (one per support point, see support_indices()), has 20");

  const MatrixFreeGram<double> K(Rbf(0.5), X);
  const arma::mat seven = X.head_cols(7);
  REQUIRE_THROWS_WITH(verify(svc, MatrixFreeGram<double>(Rbf(0.5), X, seven), labels),
                      "verify: K must have 8 columns (one per training point), has 7");
  REQUIRE_THROWS_WITH(verify(svc, K, arma::ivec(7)),
                      "verify: labels must have 8 rows (one per point), has 7");
  REQUIRE_THROWS_WITH(
      verify(svc, K, arma::ivec{1, 2, 5, 1, 2, 5, 1, 2}),
      "verify: labels must hold the classes that the model was fitted to, and no others");
  REQUIRE_THROWS_WITH(
      verify(svc, K, arma::ivec{1, 2, 2, 1, 2, 2, 1, 2}),
      "verify: labels must hold the classes that the model was fitted to, and no others");
}

TEST_CASE("a stop at once leaves a model that says nothing, labelled so", "[model]") {
  const Larger data;
  int calls = 0;
  Svc<double> svc(Rbf(1), {.progress = [&](const Progress&) {
                    return ++calls == 1 ? Continue::no : Continue::yes;  // no once, for all pairs
                  }});
  const Report report = svc.fit(data.X, data.labels);
  CHECK(calls == 1);
  CHECK(report.status == Status::stopped);
  CHECK(report.message ==
        "Svc::fit: stopped by the progress callback; the model is the best so far");
  REQUIRE(svc.is_fitted());
  for (const Report& pair : svc.pair_reports()) CHECK(pair.status == Status::stopped);
  CHECK(report.certificate.dual_objective == 0);
  CHECK(report.certificate.gap == 600);  // each row stands in two pairs, C = 1, f = 0
  CHECK(svc.support_indices().is_empty());
  const arma::mat f = svc.decision_values(data.X);
  CHECK(f.n_rows == 300);
  CHECK(f.n_cols == 3);
  CHECK(f.is_zero());
  CHECK(arma::all(svc.predict(data.X) == 0));
  const DenseGram<double> K_new(arma::mat(4, 0));
  CHECK(arma::all(svc.predict(K_new) == 0));
}

TEST_CASE("a fit stopped between has its true gap", "[model]") {
  const Larger data;
  const SvcOptions limited = {.C = 10, .max_iterations = 20};
  Svc<double> svc(Rbf(1), limited), full(Rbf(1), {.C = 10, .tolerance = 1e-8});
  const Report report = svc.fit(data.X, data.labels);
  CHECK(report.status == Status::iteration_limit);
  CHECK(report.message ==
        "Svc::fit: the iteration limit was reached; the model is the best so far");
  CHECK(report.iterations == 60);
  const double optimum = full.fit(data.X, data.labels).certificate.dual_objective;
  CHECK(report.certificate.dual_objective < optimum);
  CHECK(report.certificate.primal_objective > optimum);
  const Certificate again = verify(svc, MatrixFreeGram<double>(Rbf(1), data.X), data.labels);
  CHECK(again.gap == Approx(report.certificate.gap).epsilon(1e-12));
  CHECK(svc.predict(data.X).n_elem == 300);
}

TEST_CASE("progress of Svc tells the time since the start of fit", "[model]") {
  const Larger data;
  std::vector<double> seconds;
  const auto listen = [&](const Progress& state) {
    seconds.push_back(state.seconds);
    return Continue::yes;
  };
  // one thread: of pairs side by side, those on the caller's thread call
  Svc<double> svc(Rbf(1), {.C = 100, .tolerance = 1e-6, .threads = 1, .progress = listen});
  REQUIRE(svc.fit(data.X, data.labels));
  REQUIRE(seconds.size() >= 3);  // each pair calls at its start
  CHECK(std::is_sorted(seconds.begin(), seconds.end()));
  CHECK(seconds.back() > seconds.front());
}
