// Bad input of a path, matrices without a factor, stops.
#include <cmath>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/kernel_ridge_path.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

const double not_a_number = arma::datum::nan;

Report fit(KernelRidgePath<double>& path, const arma::mat& X, const arma::mat& Y,
           const Col<double>& w = {}) {
  return path.fit(X, Y, w);
}

KernelRidgePath<double> make(const KernelRidgePathOptions& options) {
  return KernelRidgePath<double>(Rbf(0.5), options);
}

}  // namespace

TEST_CASE("a path refuses lambdas, folds and kernels that make no sense", "[model]") {
  REQUIRE_THROWS_WITH(make({.lambdas = {}}),
                      "KernelRidgePath: lambdas must hold at least one value");
  REQUIRE_THROWS_WITH(make({.lambdas = {1, 0}}),
                      "KernelRidgePath: a lambda must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(make({.lambdas = {not_a_number}}),
                      "KernelRidgePath: a lambda must be finite and positive, is nan");
  REQUIRE_THROWS_WITH(make({.folds = 1}), "KernelRidgePath: folds must be 0 or at least 2, is 1");
  REQUIRE_THROWS_WITH(make({.fold_of = {0, 1}}),
                      "KernelRidgePath: fold_of needs folds, the number of them");
  REQUIRE_THROWS_WITH(make({.threads = -1}),
                      "KernelRidgePath: threads must be at least 0 (0: all), is -1");
  REQUIRE_THROWS_WITH(KernelRidgePath<double>(std::vector<AnyKernel>{}),
                      "KernelRidgePath: kernels must hold at least one kernel");
  REQUIRE_THROWS_WITH(log_grid(0, 1, 2), "log_grid: first must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(log_grid(1, not_a_number, 2),
                      "log_grid: last must be finite and positive, is nan");
  REQUIRE_THROWS_WITH(log_grid(1, 2, 0), "log_grid: count must be at least 1, is 0");
}

TEST_CASE("a logarithmic grid has its ends and a constant ratio", "[model]") {
  const std::vector<double> grid = log_grid(1e-6, 1e2, 9);
  REQUIRE(grid.size() == 9);
  CHECK(grid.front() == 1e-6);
  CHECK(grid.back() == 1e2);
  for (std::size_t k = 1; k < 9; ++k) CHECK(grid[k] / grid[k - 1] == Approx(10).epsilon(1e-14));
  CHECK(log_grid(3, 1, 1) == std::vector<double>{3});
  CHECK(log_grid(4, 1, 3)[1] == Approx(2).epsilon(1e-15));
}

TEST_CASE("a path refuses data that do not fit", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 10, 521), Y = normal_matrix<double>(10, 1, 522);
  auto path = make({.lambdas = {1}, .folds = 3});
  REQUIRE_THROWS_WITH(fit(path, X, Y.rows(0, 8)),
                      "KernelRidgePath::fit: Y must have 10 rows (one per point), has 9");
  REQUIRE_THROWS_WITH(fit(path, X, arma::mat(10, 0)), "KernelRidgePath::fit: Y is empty");
  REQUIRE_THROWS_AS(fit(path, arma::mat(), Y), std::invalid_argument);
  arma::mat bad = X;
  bad(1, 3) = not_a_number;
  REQUIRE_THROWS_AS(fit(path, bad, Y), NonFiniteError);
  bad = Y;
  bad(4) = arma::datum::inf;
  REQUIRE_THROWS_AS(fit(path, X, bad), NonFiniteError);
  REQUIRE_THROWS_WITH(fit(path, X, Y, Col<double>(9, arma::fill::ones)),
                      "KernelRidgePath::fit: weights must have 10 rows (one per point), has 9");
  REQUIRE_THROWS_WITH(fit(path, X, Y, Col<double>(10, arma::fill::zeros)),
                      "KernelRidgePath::fit: the weights are all 0");
  Col<double> w(10, arma::fill::zeros);
  w(3) = w(4) = 1;
  REQUIRE_THROWS_WITH(fit(path, X, Y, w),
                      "KernelRidgePath::fit: folds must be at most the number of rows with weight, "
                      "2, is 3");
  w(4) = -1;
  REQUIRE_THROWS_WITH(fit(path, X, Y, w),
                      "KernelRidgePath::fit: a weight must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(fit(path, X.cols(0, 0), Y.rows(0, 0)),
                      "KernelRidgePath::fit: leave_one_out needs two points with weight");

  arma::uvec fold_of(10, arma::fill::zeros);
  auto empty = make({.lambdas = {1}, .folds = 2, .fold_of = fold_of});
  REQUIRE_THROWS_WITH(fit(empty, X, Y), "KernelRidgePath::fit: fold 1 is empty");
  fold_of(2) = 2;
  auto beyond = make({.lambdas = {1}, .folds = 2, .fold_of = fold_of});
  REQUIRE_THROWS_WITH(fit(beyond, X, Y),
                      "KernelRidgePath::fit: fold_of must be below folds = 2, one is 2");
  auto few = make({.lambdas = {1}, .folds = 2, .fold_of = {0, 1}});
  REQUIRE_THROWS_WITH(fit(few, X, Y),
                      "KernelRidgePath::fit: fold_of must have 10 rows (one per point), has 2");
  CHECK(!path.is_fitted());
}

TEST_CASE("one point has every criterion but those that leave it out", "[model]") {
  auto path = make({.lambdas = {0.5}, .centre_target = false, .leave_one_out = false});
  REQUIRE(fit(path, arma::mat(2, 1, arma::fill::ones), arma::mat(1, 1, arma::fill::value(3.0))));
  CHECK(path.coefficients()(0) == Approx(2).epsilon(1e-15));  // 3 / (1 + 0.5)
  CHECK(path.surface(RidgeCriterion::generalised)(0) == Approx(9).epsilon(1e-14));
}

TEST_CASE("a path names the kernel whose value is not finite", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 10, 523), Y = normal_matrix<double>(10, 1, 524);
  const auto broken = make_kernel<Statistic::squared_distance>(
      "broken", [](auto s) { return s == 0 ? s * 0 + 1 : s * 0 / 0; });
  KernelRidgePath<double> path({Rbf(1.0), broken});
  REQUIRE_THROWS_AS(fit(path, X, Y), NonFiniteError);
  try {
    static_cast<void>(fit(path, X, Y));
  } catch (const NonFiniteError& error) {
    CHECK(std::string(error.what()).find("KernelRidgePath::fit: K of kernel 1 must be finite") ==
          0);
  }
  CHECK(!path.is_fitted());
}

TEST_CASE("lambdas without a factor are told and leave NaN", "[model]") {
  // eigenvalues 3, 1, -1, so that lambda must exceed 1
  const arma::mat Q = arma::orth(normal_matrix<double>(3, 3, 525));
  const DenseGram<double> K(
      arma::symmatu(arma::mat(Q * arma::diagmat(arma::vec{3, 1, -1}) * Q.t())));
  const arma::mat Y = normal_matrix<double>(3, 1, 526);
  KernelRidgePath<double> path({.lambdas = {2, 0.5, 4, 0.9}});
  const Report report = path.fit(K, Y);
  CHECK(report.status == Status::converged);
  CHECK(report.message ==
        "KernelRidgePath::fit: K + lambda I is not positive definite for lambda up to 0.9, whose "
        "cells are NaN; it is from 2 on");
  const arma::mat& surface = path.surface(RidgeCriterion::leave_one_out);
  CHECK(std::isfinite(surface(0)));
  CHECK(std::isnan(surface(1)));
  CHECK(std::isfinite(surface(2)));
  CHECK(std::isnan(surface(3)));
  CHECK(path.coefficients().slice(3).has_nan());
  CHECK(path.coefficients().slice(0).is_finite());
  CHECK(path.best().lambda != 1);

  KernelRidgePath<double> none({.lambdas = {0.5, 0.9}});
  const Report failed = none.fit(K, Y);
  CHECK(failed.status == Status::not_positive_definite);
  CHECK(failed.message ==
        "KernelRidgePath::fit: K + lambda I is not positive definite for lambda up to 0.9; enlarge "
        "lambda or take a positive definite kernel");
  CHECK(!none.is_fitted());
}

TEST_CASE("duplicated points are no obstacle", "[model]") {
  arma::mat X = normal_matrix<double>(2, 30, 527);
  X.cols(15, 29) = X.cols(0, 14);
  const arma::mat Y = normal_matrix<double>(30, 1, 528);
  auto path = make({.lambdas = {1e-3, 1}, .folds = 5});
  const Report report = fit(path, X, Y);
  REQUIRE(report);
  CHECK(report.certificate.relative_residual <= 1e-10);
  CHECK(path.surface(RidgeCriterion::leave_one_out).is_finite());
}

TEST_CASE("a stopped path is as it was", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 200, 529), Y = normal_matrix<double>(200, 1, 530);
  std::vector<std::string> stages;
  int last = 1000;
  auto path =
      make({.lambdas = {1}, .folds = 2, .threads = 1, .progress = [&](const Progress& progress) {
              stages.emplace_back(progress.stage);
              return static_cast<int>(stages.size()) == last ? Continue::no : Continue::yes;
            }});
  REQUIRE(fit(path, X, Y));
  CHECK(stages.front() == "band reduction");
  CHECK(stages.back() == "path");
  const double before = path.surface(RidgeCriterion::leave_one_out)(0);
  const int all = static_cast<int>(stages.size());
  for (const int stop : {1, all / 2, all}) {
    CAPTURE(stop, all);
    last = stop;
    stages.clear();
    const Report report = fit(path, X, 2 * Y);
    CHECK(report.status == Status::stopped);
    CHECK(report.message ==
          "KernelRidgePath::fit: stopped by the progress callback; the path is as it was");
    CHECK(path.surface(RidgeCriterion::leave_one_out)(0) == before);
  }
}

TEST_CASE("a path says what it misses", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 10, 531), Y = normal_matrix<double>(10, 1, 532);
  auto path = make({.lambdas = {1}, .leave_one_out = false});
  REQUIRE_THROWS_WITH(path.surface(RidgeCriterion::k_fold),
                      "KernelRidgePath::surface: the path is not fitted");
  REQUIRE(fit(path, X, Y));
  REQUIRE_THROWS_WITH(path.best(),
                      "KernelRidgePath::best: no cell has a value; did the options leave it out?");
  REQUIRE_THROWS_WITH(path.leave_one_out_residuals(),
                      "KernelRidgePath::leave_one_out_residuals: set options.leave_one_out before "
                      "fit");
  REQUIRE_THROWS_WITH(path.fold_residuals(),
                      "KernelRidgePath::fold_residuals: set options.folds before fit");
  REQUIRE_THROWS_WITH(path.coefficients(1),
                      "KernelRidgePath::coefficients: kernel must be below 1, is 1");
  auto few = make({.lambdas = {1}, .details = false});
  REQUIRE(fit(few, X, Y));
  REQUIRE_THROWS_WITH(few.coefficients(),
                      "KernelRidgePath::coefficients: set options.details before fit");
  REQUIRE_THROWS_AS(few.best_model(DenseGram<double>(arma::eye(10, 10))), LogicError);
  KernelRidgePath<double> bare(KernelRidgePathOptions{.lambdas = {1}});
  REQUIRE_THROWS_AS(fit(bare, X, Y), LogicError);
  REQUIRE(bare.fit(DenseGram<double>(arma::eye(10, 10)), Y));
  REQUIRE_THROWS_AS(bare.best_model(), LogicError);
  KernelRidgePath<double> two({Rbf(1.0), Rbf(2.0)});
  REQUIRE_THROWS_WITH(two.fit(DenseGram<double>(arma::eye(10, 10)), Y),
                      "KernelRidgePath::fit: one operator, but 2 kernels");
}

TEST_CASE("a path plans its memory", "[model]") {
  const arma::mat X = normal_matrix<double>(2, 300, 533), Y = normal_matrix<double>(300, 1, 534);
  auto path = make({.lambdas = {1}, .memory_budget = 300 * 300 * 8});
  CHECK(path.bytes(300) > 300 * 300 * 8);
  REQUIRE_THROWS_AS(fit(path, X, Y), BudgetError);
  auto enough = make({.lambdas = {1}, .memory_budget = path.bytes(300)});
  REQUIRE(fit(enough, X, Y));
}
