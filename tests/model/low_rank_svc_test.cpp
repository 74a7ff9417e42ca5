#include "mercer/model/low_rank_svc.hpp"

#include <cmath>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/data/metrics.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/reference.hpp"

using namespace mercer;
using test::noisy_classes;
using test::normal_matrix;
using test::same_bits;

TEMPLATE_TEST_CASE("LowRankSvc of full rank with a large constant feature is Svc", "[model]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(3, 200, 971), X_new = normal_matrix<T>(3, 300, 972);
  const arma::ivec labels = noisy_classes(X, 3, 4, 973);
  Col<double> w(200);
  Random random(974);
  for (double& weight : w) weight = 0.5 + random.uniform();
  Svc<T> exact(Rbf(2), {.C = 1, .class_weights = {{5, 2}}, .tolerance = 1e-6});
  LowRankSvc<T> model(Rbf(2), {.C = 1,
                               .class_weights = {{5, 2}},
                               .rank = 200,
                               .trace_tolerance = 0,
                               .bias_feature = 10,
                               .relative_gap = 1e-8,
                               .max_epochs = 100000});
  const Report exact_report = exact.fit(X, labels, w), report = model.fit(X, labels, w);
  REQUIRE(exact_report);
  REQUIRE(report);
  CHECK(same_bits(model.classes(), exact.classes()));
  CHECK(model.relative_trace() <= (std::is_same_v<T, float> ? 1e-4 : 1e-12));
  // the bias of about 0.1 costs 0.1^2 / 200 of objectives of about 100
  CHECK(report.certificate.dual_objective ==
        Approx(exact_report.certificate.dual_objective).epsilon(1e-4));
  const Mat<T> difference = model.decision_values(X_new) - exact.decision_values(X_new);
  CHECK(arma::abs(difference).max() <= 0.01);
  CHECK(accuracy(exact.predict(X_new), model.predict(X_new)) >= 0.99);
}

TEMPLATE_TEST_CASE("LowRankSvc is near Svc on real data, and its problem is solved", "[model]",
                   float, double) {
  using T = TestType;
  const std::string name = GENERATE("spam", "letter");
  CAPTURE(name);
  auto data = test::prepare<T>(name);
  double gamma = 1.0 / 57;
  if (name == "letter") {
    data.X_train = data.X_train.head_cols(3000).eval();
    data.y_train = data.y_train.head(3000).eval();
    gamma = 0.1;
  }
  const arma::ivec labels = class_codes(data.y_train), truth = class_codes(data.y_test);
  Svc<T> exact(Rbf(gamma), {.C = 10});
  LowRankSvc<T> model(Rbf(gamma), {.C = 10, .rank = 600});
  REQUIRE(exact.fit(data.X_train, labels));
  const Report report = model.fit(data.X_train, labels);
  REQUIRE(report);
  CHECK(model.rank() == 600);
  CHECK(report.method == "dual coordinate descent, K of rank 600");
  CHECK(model.relative_trace() > 0);
  CHECK(model.relative_trace() < 0.2);
  for (const Report& pair : model.pair_reports()) {
    CHECK(pair.certificate.gap <= 1e-3 * pair.certificate.dual_objective);
    CHECK(pair.certificate.dual_objective > 0);
  }
  CHECK(report.residual <= 1e-3);
  const double own = accuracy(truth, model.predict(data.X_test));
  const double other = accuracy(truth, exact.predict(data.X_test));
  CAPTURE(own, other, model.relative_trace());
  CHECK(own >= other - (name == "spam" ? 0.01 : 0.02));
}

TEST_CASE("a larger rank misses less of K", "[model]") {
  const auto data = test::prepare<double>("spam");
  const arma::ivec labels = class_codes(data.y_train);
  double last = 1;
  for (const index_t rank : {50, 200, 800}) {
    LowRankSvc<double> model(Rbf(1.0 / 57), {.C = 1, .rank = rank});
    REQUIRE(model.fit(data.X_train, labels));
    CHECK(model.relative_trace() < 0.8 * last);
    last = model.relative_trace();
  }
  LowRankSvc<double> model(Rbf(1.0 / 57), {.C = 1, .rank = 800, .trace_tolerance = 0.3});
  REQUIRE(model.fit(data.X_train, labels));
  CHECK(model.rank() < 800);
  CHECK(model.relative_trace() <= 0.3);
}

TEMPLATE_TEST_CASE("LowRankSvc has the same bits for any number of threads and by either door",
                   "[model]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 700, 975), X_new = normal_matrix<T>(4, 50, 976);
  const arma::ivec labels = noisy_classes(X, 3, 0, 977);
  LowRankSvc<T> first(Rbf(0.5), {.rank = 100, .threads = 1});
  REQUIRE(first.fit(X, labels));
  for (const int threads : {2, 3}) {
    LowRankSvc<T> own(Rbf(0.5), {.rank = 100, .threads = threads});
    REQUIRE(own.fit(X, labels));
    CHECK(same_bits(own.coefficients(), first.coefficients()));
    CHECK(same_bits(own.biases(), first.biases()));
    CHECK(same_bits(own.decision_values(X_new), first.decision_values(X_new)));
  }
  LowRankSvc<T> second({.rank = 100});
  REQUIRE(second.fit(MatrixFreeGram<T>(Rbf(0.5), X), labels));
  CHECK(same_bits(second.coefficients(), first.coefficients()));
  const Mat<T> points = X.cols(first.pivots());
  const MatrixFreeGram<T> K_new(Rbf(0.5), X_new, points);
  CHECK(same_bits(second.decision_values(K_new), first.decision_values(X_new)));
  CHECK(same_bits(second.predict(K_new), first.predict(X_new)));
  REQUIRE_THROWS_WITH(second.predict(X_new),
                      "LowRankSvc::predict: the model was fitted to an operator; give it K_new");
  LowRankSvc<T> other(Rbf(0.5), {.rank = 100, .seed = 2});
  REQUIRE(other.fit(X, labels));
  CHECK_FALSE(same_bits(other.pivots(), first.pivots()));
}

TEST_CASE("LowRankSvc refuses, stops and stays as it was", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 400, 978);
  const arma::ivec labels = noisy_classes(X, 2, 0, 979);
  using Model = LowRankSvc<double>;
  REQUIRE_THROWS_WITH(Model(Rbf(1), {.C = 0}), "LowRankSvc: C must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(Model(Rbf(1), {.rank = 0}), "LowRankSvc: rank must be at least 1, is 0");
  REQUIRE_THROWS_WITH(Model(Rbf(1), {.trace_tolerance = 1}),
                      "LowRankSvc: trace_tolerance must be in [0, 1), is 1");
  REQUIRE_THROWS_WITH(Model(Rbf(1), {.bias_feature = -1}),
                      "LowRankSvc: bias_feature must be finite and at least 0, is -1");
  REQUIRE_THROWS_AS(Model(Rbf(1)).predict(X), LogicError);
  REQUIRE_THROWS_AS(Model(LowRankSvcOptions{}).predict(X), LogicError);
  REQUIRE_THROWS_WITH(Model(Rbf(1)).fit(X, arma::ivec(400, arma::fill::ones)),
                      "LowRankSvc::fit: labels must hold at least two classes, all 400 are 1");
  REQUIRE_THROWS_AS(Model(Rbf(1), {.memory_budget = 10000}).fit(X, labels), BudgetError);

  Model model(Rbf(1), {.rank = 50});
  REQUIRE(model.fit(X, labels));
  const arma::mat before = model.coefficients();
  REQUIRE_THROWS_WITH(model.predict(arma::mat(2, 5, arma::fill::zeros)),
                      "LowRankSvc::predict: X_new must have 3 rows (one per feature; one column "
                      "per point), has 2");
  const arma::mat indefinite = -gram(Rbf(1), X);
  const Report refused = model.fit(DenseGram<double>(indefinite), labels);
  CHECK(refused.status == Status::not_positive_definite);
  CHECK_FALSE(refused.message.empty());
  CHECK(same_bits(model.coefficients(), before));

  for (const int last : {1, 3, 12}) {
    int calls = 0;
    Model stopping(Rbf(1), {.rank = 300, .relative_gap = 1e-9, .progress = [&](const Progress&) {
                              return ++calls < last ? Continue::yes : Continue::no;
                            }});
    const Report report = stopping.fit(X, labels);
    CHECK(report.status == Status::stopped);
    CHECK(calls == last);
    CHECK(report.message ==
          "LowRankSvc::fit: stopped by the progress callback; the model is the "
          "best so far");
    CHECK(report.certificate.gap > 0);
    CHECK(stopping.predict(X).n_elem == 400);
  }
}

TEMPLATE_TEST_CASE("verify recomputes the certificate of LowRankSvc without F", "[model]", float,
                   double) {
  using T = TestType;
  const double bias_feature = GENERATE(0.0, 1.0, 3.0);
  const Mat<T> X = normal_matrix<T>(4, 500, 981);
  const arma::ivec labels = noisy_classes(X, 3, 0, 982);
  Col<double> w(500);
  Random random(983);
  for (double& weight : w) weight = 0.5 + random.uniform();
  LowRankSvc<T> model(Rbf(0.5), {.C = 3, .rank = 60, .bias_feature = bias_feature});
  const Report report = model.fit(X, labels, w);
  REQUIRE(report);
  const Certificate own = report.certificate, again = verify(model, X, labels, w);
  const double size = std::is_same_v<T, float> ? 1e-4 : 1e-9;
  CHECK(again.primal_objective == Approx(own.primal_objective).epsilon(size));
  CHECK(again.dual_objective == Approx(own.dual_objective).epsilon(size));
  CHECK(again.gap == Approx(own.gap).margin(size * own.primal_objective));
  CHECK(again.violation == Approx(own.violation).margin(100 * size));
  CHECK(again.decision_error >= own.decision_error);
  CHECK(again.decision_error <= 2 * own.decision_error);
  CHECK(verify(model, MatrixFreeGram<T>(Rbf(0.5), X), labels, w).gap == again.gap);
  // smaller bounds than those of the fit, larger ones, other labels
  const Certificate infeasible = verify(model, X, labels, Col<double>(0.9 * w));
  CHECK(infeasible.dual_objective == -arma::datum::inf);
  CHECK(infeasible.gap == arma::datum::inf);
  CHECK(infeasible.violation == arma::datum::inf);
  CHECK(verify(model, X, labels, Col<double>(2 * w)).gap > 100 * own.gap);
  arma::ivec swapped = labels;
  swapped(model.support_indices()(0)) = (swapped(model.support_indices()(0)) + 1) % 3;
  CHECK(verify(model, X, swapped, w).gap == arma::datum::inf);
  // another kernel: the approximate problem is not the one that was solved
  CHECK(verify(model, MatrixFreeGram<T>(Rbf(0.6), X), labels, w).gap > 10 * own.gap);
  REQUIRE_THROWS_WITH(
      verify(model, X, arma::ivec(labels + 1), w),
      "verify: labels must hold the classes that the model was fitted to, and no others");
  REQUIRE_THROWS_WITH(verify(model, Mat<T>(3, 500), labels, w),
                      "verify: X must have 4 rows (one per feature; one column per point), has 3");
  REQUIRE_THROWS_WITH(verify(model, Mat<T>(X.head_cols(50)), labels.head(50), w.head(50)),
                      "verify: the model has rows beyond the points given");
}

TEST_CASE("the dual coefficients of LowRankSvc are those of its problem", "[model]") {
  const arma::mat X = normal_matrix<double>(3, 300, 984);
  const arma::ivec labels = noisy_classes(X, 3, 0, 985);
  LowRankSvc<double> model(Rbf(0.5), {.C = 2, .rank = 300, .trace_tolerance = 0});
  REQUIRE(model.fit(X, labels));
  const arma::uvec& rows = model.support_indices();
  const arma::mat& beta = model.dual_coefficients();
  REQUIRE(beta.n_rows == rows.n_elem);
  REQUIRE(beta.n_cols == 3);
  CHECK(rows.is_sorted("strictascend"));
  CHECK(arma::abs(beta).max() == 2);
  CHECK(arma::all(arma::any(beta != 0, 1)));
  for (index_t p = 0; p < 3; ++p) {
    const index_t first = p == 2 ? 1 : 0, second = p == 0 ? 1 : 2;
    for (index_t s = 0; s < rows.n_elem; ++s) {
      const auto label = static_cast<index_t>(labels(rows(s)));
      if (label == first) CHECK(beta(s, p) <= 0);
      if (label == second) CHECK(beta(s, p) >= 0);
      if (label != first && label != second) CHECK(beta(s, p) == 0);
    }
    CHECK(model.biases()(p) == Approx(arma::accu(beta.col(p))).margin(1e-9));  // B = 1
  }
  // of full rank, f is that of the dual coefficients with K itself
  const arma::mat f = gram(Rbf(0.5), X, arma::mat(X.cols(rows))) * beta;
  const arma::mat own = model.decision_values(X);
  for (index_t p = 0; p < 3; ++p) {
    CHECK(arma::abs(f.col(p) + model.biases()(p) - own.col(p)).max() <= 1e-6);
  }
}

TEMPLATE_TEST_CASE("LowRankSvc takes sparse points", "[model]", float, double) {
  using T = TestType;
  const auto data = load_csv<T>(test::dataset_path("digits.csv"), {.target = "target"});
  const Mat<T> X = data.X.head_cols(400) / T(16), X_new = data.X.tail_cols(100) / T(16);
  const SpMat<T> sparse(X), sparse_new(X_new);
  const arma::ivec labels = class_codes(Col<T>(data.y.head(400)));
  LowRankSvc<T> dense(Rbf(0.05), {.C = 10, .rank = 100}), model = dense;
  REQUIRE(dense.fit(X, labels));
  REQUIRE(model.fit(sparse, labels));
  CHECK(model.dim() == 64);
  CHECK(model.rank() == 100);
  CHECK(accuracy(dense.predict(X_new), model.predict(sparse_new)) >= 0.97);
  CHECK(accuracy(model.predict(X_new), model.predict(sparse_new)) == 1);
  const Mat<T> f = model.decision_values(X_new);
  CHECK(arma::abs(f - model.decision_values(sparse_new)).max() <= 1e-3);
  CHECK(verify(model, sparse, labels).gap == Approx(verify(model, X, labels).gap).epsilon(1e-2));
}
