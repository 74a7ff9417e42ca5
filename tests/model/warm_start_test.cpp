// Starts from other models: of LowRankSvc, of nu-SVC and of regression.
#include "model/warm_start.hpp"

#include <cmath>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/low_rank_svc.hpp"
#include "mercer/model/svr.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/reference.hpp"

using namespace mercer;
using test::normal_matrix;
using test::prepare;

namespace {

constexpr double fine = 1e-5;

// The sum of each constraint, and the bounds.
void check_feasible(const SvmDual& dual, const Col<double>& beta) {
  REQUIRE(beta.n_elem == dual.size());
  CHECK(arma::all(beta >= dual.low));
  CHECK(arma::all(beta <= dual.high));
  const index_t middle = dual.separate ? dual.rows[0].size() : 0;
  const Col<double> difference = beta - dual.start;
  const double tail = arma::accu(difference.tail(dual.size() - middle));
  const double head = middle == 0 ? 0 : arma::accu(difference.head(middle));
  const double size = 1e-12 * arma::accu(arma::abs(beta));
  CHECK(std::abs(head) <= size);
  CHECK(std::abs(tail) <= size);
}

}  // namespace

TEST_CASE("a start is feasible, and keeps what is at its bound", "[model]") {
  const Col<double> C = {1, 1, 2, 1, 1, 0.5};
  const SvmDual svr = epsilon_svr_dual(Col<double>(6, arma::fill::zeros), C, 0.1);
  const Col<double> balanced = {1, -1, 0.5, -0.5, 0, 0};
  CHECK(arma::all(near_start(svr, balanced, 1) == balanced));
  // twice the bounds of before; the free ones give way for the sum
  const Col<double> doubled = near_start(svr, {0.5, -0.5, 0.5, -0.2, 0.1, -0.25}, 2);
  check_feasible(svr, doubled);
  CHECK(doubled(0) == 1);
  CHECK(doubled(1) == -1);
  CHECK(doubled(5) == -0.5);
  CHECK(doubled(3) == Approx(-0.1));
  for (const Col<double>& beta :
       {Col<double>{3, -0.1, 0, 0, 0, 0}, Col<double>{-1, -1, -2, -1, 0, 0.5},
        Col<double>(6, arma::fill::zeros), Col<double>{1, 1, 1, 1, 1, 1}}) {
    check_feasible(svr, near_start(svr, beta, 0.7));
  }
  const SvmDual nu = nu_svr_dual(Col<double>(6, arma::fill::zeros), C, 0.5);  // sums of 1.625
  const Col<double> few = {0.5, 0, 0, 0, 0, 0.2, 0, -1, -2, 0, 0, 0};
  const Col<double> from_few = near_start(nu, few, 1);
  check_feasible(nu, from_few);
  CHECK(from_few(0) == 1);  // what is there grows first, then others
  CHECK(from_few(5) == 0.5);
  CHECK(from_few(1) == Approx(0.125));
  CHECK(from_few(2) == 0);
  CHECK(from_few(9) == 0);
  check_feasible(nu, near_start(nu, Col<double>(12, arma::fill::zeros), 1));
  const Col<double> little = near_start(nu, {1, 0.1, 0.1, 0, 0, 0, -1, 0, 0, 0, 0, -0.1}, 1);
  check_feasible(nu, little);
  CHECK(little(0) == 1);
  CHECK(little(3) == 0);
}

TEMPLATE_TEST_CASE("the exact fit from a low-rank one is that of a fit on its own, in fewer steps",
                   "[model]", float, double) {
  using T = TestType;
  const std::string name = GENERATE("wine", "spam");
  CAPTURE(name);
  const auto data = prepare<T>(name);
  const arma::ivec labels = class_codes(data.y_train);
  const Rbf kernel(name == "spam" ? 1.0 / 57 : 0.1);
  Svc<T> alone(kernel, {.C = 10, .tolerance = fine}), from(kernel, {.C = 10, .tolerance = fine});
  LowRankSvc<T> low_rank(kernel, {.C = 10, .rank = 300, .relative_gap = 1e-4});
  CHECK_THROWS_WITH(from.fit_from(low_rank, data.X_train, labels),
                    "Svc::fit_from: start is not fitted");
  REQUIRE(low_rank.fit(data.X_train, labels));
  const Report cold = alone.fit(data.X_train, labels);
  const Report warm = from.fit_from(low_rank, data.X_train, labels);
  REQUIRE(cold);
  REQUIRE(warm);
  CHECK(warm.certificate.dual_objective == Approx(cold.certificate.dual_objective).epsilon(1e-6));
  CHECK(double(warm.iterations) < (name == "spam" ? 1 : 0.7) * double(cold.iterations));
  CHECK(arma::all(from.predict(data.X_test) == alone.predict(data.X_test)));
  if (name == "spam") return;
  // by the operator, and other bounds
  Svc<T> weighted(kernel, {.C = 2, .tolerance = fine});
  const DenseGram<T> K(gram<T>(kernel, data.X_train));
  const Col<double> weights(labels.n_elem, arma::fill::value(0.5));
  REQUIRE(weighted.fit_from(low_rank, K, labels, weights));
  Svc<T> own(kernel, {.C = 1, .tolerance = fine});
  CHECK(verify(weighted, K, labels, weights).dual_objective ==
        Approx(own.fit(data.X_train, labels).certificate.dual_objective).epsilon(1e-5));
}

TEST_CASE("a low-rank start of other classes, rows or problems is refused", "[model]") {
  const auto data = prepare<double>("wine");
  const arma::ivec labels = class_codes(data.y_train);
  LowRankSvc<double> start(Rbf(0.1), {.rank = 50});
  REQUIRE(start.fit(data.X_train, labels));
  Svc<double> svc(Rbf(0.1)), rest(Rbf(0.1), {.multi_class = MultiClass::one_against_rest});
  CHECK_THROWS_WITH(svc.fit_from(start, data.X_train, arma::ivec(labels + 1)),
                    "Svc::fit_from: start must have the classes of labels");
  CHECK_NOTHROW(rest.fit_from(start, data.X_train, labels));  // three classes: three problems
  const arma::uvec some = arma::regspace<arma::uvec>(0, start.support_indices().max() - 1);
  CHECK_THROWS_AS(
      svc.fit_from(start, arma::mat(data.X_train.cols(some)), arma::ivec(labels.elem(some))),
      std::invalid_argument);
  CHECK_FALSE(svc.is_fitted());
}

TEST_CASE("nu-SVC starts from another nu, from C-SVC, and C-SVC from it", "[model]") {
  const std::string name = GENERATE("heart", "wine");
  const MultiClass way = GENERATE(MultiClass::one_against_one, MultiClass::one_against_rest);
  CAPTURE(name);
  const auto data = prepare<double>(name);
  const arma::ivec labels = class_codes(data.y_train);
  const auto options = [&](double C, double nu) {
    return SvcOptions{.C = C, .nu = nu, .multi_class = way, .tolerance = 1e-6};
  };
  const Rbf kernel(0.1);
  Svc<double> first(kernel, options(1, 0.2)), exact(kernel, options(1, 0.25));
  Svc<double> svc(kernel, options(3, 0)), exact_svc(kernel, options(3, 0));
  const index_t steps = first.fit(data.X_train, labels).iterations;
  Svc<double> again = first;
  CHECK(again.fit_from(first, data.X_train, labels).iterations <= steps / 10);
  const double optimum = exact.fit(data.X_train, labels).certificate.dual_objective;
  const double optimum_svc = exact_svc.fit(data.X_train, labels).certificate.dual_objective;
  for (const Svc<double>* start : {&first, &exact, &exact_svc}) {
    Svc<double> own(kernel, options(1, 0.25));
    const Report report = own.fit_from(*start, data.X_train, labels);
    REQUIRE(report);
    CHECK(report.certificate.dual_objective == Approx(optimum).epsilon(1e-4));
    CHECK(verify(own, data.X_train, labels).gap == Approx(report.certificate.gap).margin(1e-6));
    CHECK(svc.fit_from(*start, data.X_train, labels).certificate.dual_objective ==
          Approx(optimum_svc).epsilon(1e-6));
  }
}

TEMPLATE_TEST_CASE("Svr starts from other C, epsilon, nu and kernels, in fewer steps", "[model]",
                   float, double) {
  using T = TestType;
  const auto data = prepare<T>("concrete");
  Col<double> y = arma::conv_to<Col<double>>::from(data.y_train);
  y = (y - arma::mean(y)) / arma::stddev(y);
  const auto optimum = [&](const Svr<T>& model) {
    return verify(model, data.X_train, y).dual_objective;
  };
  Svr<T> start(Rbf(0.125), {.C = 10, .epsilon = 0.1, .tolerance = fine});
  CHECK_THROWS_WITH(start.fit_from(start, data.X_train, y), "Svr::fit_from: start is not fitted");
  REQUIRE(start.fit(data.X_train, y));
  const auto check = [&](const Kernel& kernel, SvrOptions options, double share) {
    options.tolerance = fine;
    Svr<T> alone(kernel, options), from(kernel, options);
    const Report cold = alone.fit(data.X_train, y);
    const Report warm = from.fit_from(start, data.X_train, y);
    REQUIRE(cold);
    REQUIRE(warm);
    CHECK(warm.certificate.dual_objective == Approx(cold.certificate.dual_objective).epsilon(1e-5));
    CHECK(optimum(from) == Approx(optimum(alone)).epsilon(1e-4));
    CAPTURE(cold.iterations, warm.iterations);
    CHECK(double(warm.iterations) < share * double(cold.iterations));
  };
  check(Rbf(0.125), {.C = 10, .epsilon = 0.1}, 0.05);
  check(Rbf(0.125), {.C = 11, .epsilon = 0.1}, 0.9);
  check(Rbf(0.125), {.C = 10, .epsilon = 0.095}, 0.9);
  check(Rbf(0.122), {.C = 10, .epsilon = 0.1}, 0.9);
  check(Rbf(0.125), {.C = 10, .nu = 0.5}, 1.5);
  const index_t n = start.support_indices().max();
  CHECK_THROWS_WITH(start.fit_from(start, Mat<T>(data.X_train.head_cols(n)), y.head(n)),
                    "Svr::fit_from: the model has support indices beyond the points given");
}

TEST_CASE("a fit begins at the solution of another fold, whose rows have the weight 0", "[model]") {
  const auto data = prepare<double>("ionosphere");
  const arma::ivec labels = class_codes(data.y_train);
  const auto weights_of = [&](index_t fold) {
    arma::vec weights(labels.n_elem, arma::fill::ones);
    for (index_t i = fold; i < labels.n_elem; i += 5) weights(i) = 0;
    return weights;
  };
  const Rbf kernel(0.05);
  const SvcOptions options{.C = 10, .tolerance = fine};
  Svc<double> warm(kernel, options), cold(kernel, options);
  REQUIRE(warm.fit(data.X_train, labels, weights_of(0)));
  const Report from_fold = warm.fit_from(warm, data.X_train, labels, weights_of(1));
  const Report alone = cold.fit(data.X_train, labels, weights_of(1));
  REQUIRE(from_fold);
  REQUIRE(alone);
  CHECK(from_fold.certificate.dual_objective ==
        Approx(alone.certificate.dual_objective).epsilon(fine));
  CHECK(from_fold.iterations < alone.iterations);
  const arma::uvec& support = warm.support_indices();
  CHECK(arma::all(arma::vec(weights_of(1).elem(support)) == 1));
}
