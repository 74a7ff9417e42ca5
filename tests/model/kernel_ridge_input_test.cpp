// What KernelRidge refuses, and what it leaves as it was.
#include <stdexcept>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

const arma::mat X = normal_matrix<double>(3, 8, 351);
const arma::mat Y = normal_matrix<double>(8, 2, 352);

arma::mat with(arma::mat M, index_t row, index_t column, double value) {
  M(row, column) = value;
  return M;
}

}  // namespace

TEST_CASE("KernelRidge refuses lambda and threads out of range", "[model]") {
  REQUIRE_THROWS_WITH(KernelRidge<double>(Rbf(1), {.lambda = 0}),
                      "KernelRidge: lambda must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(KernelRidge<double>({.lambda = -0.5}),
                      "KernelRidge: lambda must be finite and positive, is -0.5");
  REQUIRE_THROWS_WITH(KernelRidge<double>({.lambda = arma::datum::nan}),
                      "KernelRidge: lambda must be finite and positive, is nan");
  REQUIRE_THROWS_AS(KernelRidge<double>({.threads = -2}), std::invalid_argument);
}

TEST_CASE("KernelRidge::fit refuses bad input and stays as it was", "[model]") {
  KernelRidge<double> model(Rbf(0.3), {.leave_one_out = true});
  const bool fitted_before = GENERATE(false, true);
  if (fitted_before) REQUIRE(model.fit(X, Y));
  const arma::mat before = fitted_before ? model.predict(X) : arma::mat();

  REQUIRE_THROWS_WITH(model.fit(arma::mat(3, 0), Y),
                      "KernelRidge::fit: X is empty (d x n, one column per point): 3 rows, 0 "
                      "columns");
  REQUIRE_THROWS_WITH(model.fit(arma::mat(0, 8), Y),
                      "KernelRidge::fit: X is empty (d x n, one column per point): 0 rows, 8 "
                      "columns");
  REQUIRE_THROWS_WITH(model.fit(X, arma::mat(7, 2)),
                      "KernelRidge::fit: Y must have 8 rows (one per point), has 7");
  REQUIRE_THROWS_WITH(model.fit(X, arma::mat(8, 0)), "KernelRidge::fit: Y is empty");
  REQUIRE_THROWS_WITH(model.fit(with(X, 2, 6, arma::datum::nan), Y),
                      "KernelRidge::fit: X must be finite, X(2, 6) is nan");
  REQUIRE_THROWS_WITH(model.fit(X, with(Y, 7, 1, -arma::datum::inf)),
                      "KernelRidge::fit: Y must be finite, Y(7, 1) is -inf");
  REQUIRE_THROWS_WITH(model.fit(X, Y, Col<double>(7, arma::fill::ones)),
                      "KernelRidge::fit: weights must have 8 rows (one per point), has 7");
  REQUIRE_THROWS_WITH(model.fit(X, Y, Col<double>(8, arma::fill::value(-1))),
                      "KernelRidge::fit: a weight must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(model.fit(X, Y, Col<double>(8, arma::fill::value(arma::datum::nan))),
                      "KernelRidge::fit: a weight must be finite and at least 0, is nan");
  REQUIRE_THROWS_WITH(model.fit(X, Y, Col<double>(8, arma::fill::zeros)),
                      "KernelRidge::fit: the weights are all 0");
  REQUIRE_THROWS_WITH(model.fit(X, Y, Col<double>{1, 0, 0, 0, 0, 0, 0, 0}),
                      "KernelRidge::fit: leave_one_out needs two points with weight");
  REQUIRE_THROWS_WITH(model.fit(DenseGram<double>(arma::mat(8, 7, arma::fill::ones)), Y),
                      "KernelRidge::fit: K must have 8 columns (one per training point), has 7");
  REQUIRE_THROWS_WITH(model.fit(DenseGram<double>(arma::mat(0, 0)), arma::mat(0, 1)),
                      "KernelRidge::fit: Y is empty");

  CHECK(model.is_fitted() == fitted_before);
  if (fitted_before) CHECK(same_bits(model.predict(X), before));
}

TEST_CASE("KernelRidge refuses a kernel that returns NaN, and a budget that is too small",
          "[model]") {
  const auto hole =
      make_kernel<Statistic::dot>("hole", [](auto s) { return s != 0 ? arma::datum::nan : 1; });
  REQUIRE_THROWS_WITH(KernelRidge<double>(hole).fit(X, Y),
                      "KernelRidge::fit: K must be finite, K(0, 0) is nan");
  KernelRidge<double> small(Rbf(1), {.method = RidgeMethod::cholesky, .memory_budget = 1000});
  REQUIRE_THROWS_AS(small.fit(X, Y), BudgetError);
  REQUIRE_THROWS_WITH(small.fit(X, Y),
                      "KernelRidge::fit: one half of the 8 x 8 kernel values need 1.47 kB, the "
                      "budget is 1.00 kB");
  CHECK_FALSE(small.is_fitted());
  CHECK(KernelRidge<double>(Rbf(1), {.memory_budget = 1472}).fit(X, Y));
}

TEST_CASE("KernelRidge has no answers before fit", "[model]") {
  const KernelRidge<double> model(Rbf(1));
  CHECK_FALSE(model.is_fitted());
  REQUIRE_THROWS_AS(model.predict(X), LogicError);
  REQUIRE_THROWS_WITH(model.predict(X), "KernelRidge::predict: the model is not fitted");
  REQUIRE_THROWS_AS(model.predict(DenseGram<double>(arma::mat(2, 2))), LogicError);
  REQUIRE_THROWS_AS(model.coefficients(), LogicError);
  REQUIRE_THROWS_AS(model.target_means(), LogicError);
  REQUIRE_THROWS_AS(model.leave_one_out_residuals(), LogicError);
  REQUIRE_THROWS_AS(verify(model, MatrixFreeGram<double>(Rbf(1), X), Y), LogicError);
}

TEST_CASE("each door of KernelRidge says when the other is meant", "[model]") {
  KernelRidge<double> no_kernel(KernelRidgeOptions{});
  REQUIRE_THROWS_AS(no_kernel.fit(X, Y), LogicError);
  REQUIRE_THROWS_WITH(no_kernel.fit(X, Y),
                      "KernelRidge::fit: the model has no kernel; give it an operator");
  REQUIRE_THROWS_AS(no_kernel.kernel(), LogicError);
  REQUIRE(no_kernel.fit(MatrixFreeGram<double>(Rbf(1), X), Y));
  REQUIRE_THROWS_WITH(verify(no_kernel, X, Y),
                      "KernelRidge::kernel: the model was made without a kernel");
  REQUIRE_THROWS_AS(no_kernel.predict(X), LogicError);
  REQUIRE_THROWS_WITH(no_kernel.predict(X),
                      "KernelRidge::predict: the model was fitted to an operator; give it K_new");
}

TEST_CASE("KernelRidge::predict and verify refuse what is not of the model's sizes", "[model]") {
  KernelRidge<double> model(Rbf(0.3));
  REQUIRE(model.fit(X, Y));
  REQUIRE_THROWS_WITH(model.predict(arma::mat(4, 1)),
                      "KernelRidge::predict: X_new must have 3 rows (one per feature; one column "
                      "per point), has 4");
  REQUIRE_THROWS_WITH(model.predict(with(X, 0, 1, arma::datum::inf)),
                      "KernelRidge::predict: X_new must be finite, X_new(0, 1) is inf");
  REQUIRE_THROWS_WITH(model.predict(DenseGram<double>(arma::mat(2, 9, arma::fill::ones))),
                      "KernelRidge::predict: K_new must have 8 columns (one per training point or "
                      "centre), has 9");
  REQUIRE_THROWS_WITH(model.leave_one_out_residuals(),
                      "KernelRidge::leave_one_out_residuals: set options.leave_one_out before fit");

  const MatrixFreeGram<double> K(Rbf(0.3), X);
  const arma::mat seven = X.head_cols(7);
  REQUIRE_THROWS_WITH(verify(model, MatrixFreeGram<double>(Rbf(0.3), seven), Y),
                      "verify: K must have 8 rows (one per training point), has 7");
  REQUIRE_THROWS_WITH(verify(model, MatrixFreeGram<double>(Rbf(0.3), X, seven), Y),
                      "verify: K must have 8 columns (one per training point), has 7");
  REQUIRE_THROWS_WITH(verify(model, K, arma::mat(7, 2)),
                      "verify: Y must have 8 rows (one per training point), has 7");
  REQUIRE_THROWS_WITH(verify(model, K, arma::mat(8, 1)),
                      "verify: Y must have 2 columns (one per output), has 1");
  REQUIRE_THROWS_WITH(verify(model, K, Y, Col<double>(3, arma::fill::ones)),
                      "verify: weights must have 8 rows (one per point), has 3");
}

TEMPLATE_TEST_CASE("a matrix without Cholesky factor is told, the earlier fit stays", "[model]",
                   float, double) {
  using T = TestType;
  const Mat<T> points = normal_matrix<T>(3, 300, 353), targets = normal_matrix<T>(300, 1, 354);
  const Sigmoid kernel(0.5, -1);
  KernelRidge<T> model(kernel, {.lambda = 1e-3});
  const Report first = model.fit(points, targets);
  CHECK(first.status == Status::not_positive_definite);
  CHECK_FALSE(first);
  CHECK_FALSE(model.is_fitted());

  // the order of the first minor that is not positive, by the eigenvalues of each
  const arma::mat A =
      gram<double>(kernel, arma::conv_to<arma::mat>::from(points)) + 1e-3 * arma::eye(300, 300);
  index_t order = 1;
  while (arma::eig_sym(A.submat(0, 0, order - 1, order - 1)).min() > 0) ++order;
  CHECK(first.message ==
        "KernelRidge::fit: K + lambda I is not positive definite, its leading "
        "minor of order " +
            std::to_string(order) +
            " is not; enlarge lambda (now 0.001) or take a positive definite "
            "kernel");
  CHECK(std::isnan(first.certificate.relative_residual));

  KernelRidge<T> earlier(KernelRidgeOptions{.lambda = 1e-3});
  REQUIRE(earlier.fit(MatrixFreeGram<T>(Rbf(0.5), points), targets));
  const Mat<T> alpha = earlier.coefficients();
  CHECK(earlier.fit(MatrixFreeGram<T>(kernel, points), targets).status ==
        Status::not_positive_definite);
  CHECK(same_bits(earlier.coefficients(), alpha));
}

TEST_CASE("a stopped fit is told, the earlier one stays", "[model]") {
  const arma::mat points = normal_matrix<double>(3, 600, 355);
  const arma::mat targets = normal_matrix<double>(600, 1, 356);
  bool stop = false;
  std::vector<double> seconds;
  const auto progress = [&](const Progress& state) {
    seconds.push_back(state.seconds);
    return stop ? Continue::no : Continue::yes;
  };
  KernelRidge<double> model(Rbf(0.5), {.progress = progress});
  REQUIRE(model.fit(points, targets));
  CHECK(seconds.size() == 2);
  const arma::mat alpha = model.coefficients();
  stop = true;
  const Report report = model.fit(points, arma::mat(-targets));
  CHECK(report.status == Status::stopped);
  CHECK(report.message ==
        "KernelRidge::fit: stopped by the progress callback; the model is as it was");
  CHECK(seconds.size() == 3);
  CHECK(same_bits(model.coefficients(), alpha));
}

TEST_CASE("an exception of the progress callback leaves KernelRidge as it was", "[model]") {
  const arma::mat points = normal_matrix<double>(3, 600, 357);
  KernelRidge<double> model(Rbf(0.5), {.progress = [](const Progress&) -> Continue {
                              throw std::runtime_error("enough");
                            }});
  REQUIRE_THROWS_WITH(model.fit(points, normal_matrix<double>(600, 1, 358)), "enough");
  CHECK_FALSE(model.is_fitted());
}
