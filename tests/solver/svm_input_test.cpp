// What solve_svm refuses, and how it ends before it is done.
#include <cmath>
#include <limits>

#include "mercer/core/errors.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/point_kernel.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/solver/svm.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/svm_problems.hpp"

using namespace mercer;
using test::constant;
using test::noisy_signs;
using test::normal_matrix;
using test::solve_c_svc;

TEST_CASE("the iteration limit is told, with a gap that is true", "[solver]") {
  const arma::mat X = normal_matrix<double>(3, 200, 212);
  const Col<double> y = noisy_signs(X, 213), C = constant(200, 1);
  const MatrixFreeGram<double> K(Rbf(0.3), X);
  const index_t limit = GENERATE(1u, 37u);
  const SvmSolution solution = solve_c_svc(K, y, C, {.max_iterations = limit});
  REQUIRE(solution.report.status == Status::iteration_limit);
  CHECK(solution.report.iterations == limit);
  const double optimum =
      solve_c_svc(K, y, C, {.tolerance = 1e-9}).report.certificate.dual_objective;
  const Certificate& own = solution.report.certificate;
  CHECK(own.dual_objective < optimum);
  CHECK(own.primal_objective > optimum);
  CHECK(own.gap == Approx(own.primal_objective - own.dual_objective));
  CHECK(own.violation == Approx(solution.report.residual).epsilon(1e-10));
}

TEST_CASE("the progress callback of solve_svm hears where it is and stops it", "[solver]") {
  const arma::mat X = normal_matrix<double>(3, 200, 214);
  const Col<double> y = noisy_signs(X, 215), C = constant(200, 1);
  int calls = 0;
  const auto stop = [&](const Progress& progress) {
    ++calls;
    CHECK(progress.stage == "smo");
    CHECK(progress.iteration == 0);
    CHECK(progress.criterion == 2);  // alpha = 0: F = y
    CHECK(progress.target == 1e-3);
    return Continue::no;
  };
  const SvmSolution solution =
      solve_c_svc(MatrixFreeGram<double>(Rbf(0.3), X), y, C, {.progress = stop});
  CHECK(calls == 1);
  CHECK(solution.report.status == Status::stopped);
  CHECK(solution.report.residual == 2);
  CHECK(arma::all(solution.beta == 0));
  CHECK(solution.report.certificate.primal_objective == Approx(200));
}

TEST_CASE("solve_svm refuses input that does not fit", "[solver]") {
  const arma::mat X = normal_matrix<double>(2, 4, 220), Y = normal_matrix<double>(2, 3, 221);
  const MatrixFreeGram<double> K(Rbf(1), X), K_wide(Rbf(1), X, Y);
  const Col<double> y = {1, -1, 1, -1}, C = constant(4, 1);
  REQUIRE_THROWS_WITH(solve_c_svc(K_wide, y, C),
                      "solve_svm: K must have 4 columns (it must be square), has 3");
  REQUIRE_THROWS_WITH(solve_c_svc(K, Col<double>{1, -1, 1, -1, 1}, constant(5, 1)),
                      "solve_svm: K must have 5 rows (those of the dual), has 4");
  SvmDual short_dual = c_svc_dual(y, C);
  short_dual.low = Col<double>{-1};
  REQUIRE_THROWS_WITH(solve_svm(K, short_dual),
                      "solve_svm: a vector of the dual must have 4 rows (one per variable), has 1");
  REQUIRE_THROWS_WITH(solve_c_svc(K, y, Col<double>{1}),
                      "c_svc_dual: C must have 4 rows (one per label), has 1");
  REQUIRE_THROWS_WITH(solve_c_svc(K, Col<double>{1, -1, 0, 1}, C),
                      "c_svc_dual: y must be +1 or -1, y(2) is 0");
  REQUIRE_THROWS_WITH(solve_c_svc(K, Col<double>{1, -1, 1, arma::datum::nan}, C),
                      "c_svc_dual: y must be +1 or -1, y(3) is nan");
  REQUIRE_THROWS_WITH(solve_c_svc(K, y, Col<double>{1, -1, 1, 1}),
                      "c_svc_dual: C must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(solve_c_svc(K, y, Col<double>{1, 1, 1, arma::datum::inf}),
                      "c_svc_dual: C must be finite and at least 0, is inf");
  REQUIRE_THROWS_WITH(solve_c_svc(K, y, C, {.tolerance = 0}),
                      "solve_svm: tolerance must be finite and positive, is 0");
}

TEST_CASE("a kernel value that is not finite ends solve_svm with its place", "[solver]") {
  const Col<double> y = {1, -1, 1}, C = constant(3, 1);
  const auto no_diagonal =
      make_point_kernel("singular", [](auto x, auto z) { return 1 / std::abs(x[0] - z[0]); });
  const arma::mat X = {{0, 1, 3}};
  const SvmOptions with_cache = {.memory_budget = 2 * 32 * sizeof(float)};
  REQUIRE_THROWS_WITH(solve_c_svc(MatrixFreeGram<double>(no_diagonal, X), y, C),
                      "solve_svm: K must be finite, K(0, 0) is inf");
  REQUIRE_THROWS_WITH(solve_c_svc(MatrixFreeGram<double>(no_diagonal, X), y, C, with_cache),
                      "solve_svm: K must be finite, K(0, 0) is inf");
  const auto hole = make_kernel<Statistic::squared_distance>("hole", [](auto d2) {
    return d2 == 4 ? std::numeric_limits<decltype(d2)>::quiet_NaN() : 1 / (1 + d2);
  });
  REQUIRE_THROWS_WITH(solve_c_svc(MatrixFreeGram<double>(hole, X), y, C),
                      "solve_svm: K must be finite, K(2, 1) is nan");
  REQUIRE_THROWS_WITH(solve_c_svc(MatrixFreeGram<double>(hole, X), y, C, with_cache),
                      "solve_svm: K must be finite, K(2, 1) is nan");
}

TEST_CASE("less memory than two columns is refused where none would be kept, too", "[solver]") {
  const index_t n = 6200;
  const arma::mat X = test::normal_matrix<double>(2, n, 231);
  const MatrixFreeGram<double> K(Rbf(1), X);
  const SvmDual dual = one_class_dual(Col<double>(n, arma::fill::ones), 0.1);
  REQUIRE_THROWS_AS(solve_svm(K, dual, {.memory_budget = 8 * n - 1}), BudgetError);
  CHECK(solve_svm(K, dual, {.memory_budget = std::size_t{1} << 20}).report.method ==
        "smo in computed blocks");
}
