#include "mercer/solver/svm.hpp"

#include <cmath>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "support/catch.hpp"
#include "support/dual_reference.hpp"
#include "support/problems.hpp"
#include "support/svm_problems.hpp"

using namespace mercer;
using test::constant;
using test::noisy_signs;
using test::normal_matrix;
using test::same_bits;
using test::solve_c_svc;

namespace {

// What any solution must have: the box to the bit, the sum, and m - M <= tolerance, from K itself.
template <class T>
void check_optimal(const SvmSolution& solution, const Mat<T>& K, const Col<double>& y,
                   const Col<double>& C, double tolerance) {
  const Col<double> f = arma::conv_to<arma::mat>::from(K) * solution.beta;
  double up = -arma::datum::inf, low = arma::datum::inf;
  bool in_box = true;
  for (index_t i = 0; i < y.n_elem; ++i) {
    const double alpha = y(i) * solution.beta(i);
    in_box = in_box && alpha >= 0 && alpha <= C(i);
    if (y(i) > 0 ? alpha < C(i) : alpha > 0) up = std::max(up, y(i) - f(i));
    if (y(i) > 0 ? alpha > 0 : alpha < C(i)) low = std::min(low, y(i) - f(i));
  }
  CHECK(in_box);
  CHECK(std::abs(arma::accu(solution.beta)) <= 1e-12 * arma::accu(arma::abs(solution.beta)));
  CHECK(up - low <= tolerance);
}

}  // namespace

TEMPLATE_TEST_CASE("the solution of solve_svm satisfies the optimality conditions", "[solver]",
                   float, double) {
  using T = TestType;
  const double C_value = GENERATE(0.1, 10.0);
  const Mat<T> X = normal_matrix<T>(5, 300, 201);
  const Col<double> y = noisy_signs(X, 202), C = constant(300, C_value);
  const MatrixFreeGram<T> K(Rbf(0.2), X);
  const double tolerance = std::is_same_v<T, float> ? 1e-4 : 1e-8;
  const SvmSolution solution = solve_c_svc(K, y, C, {.tolerance = tolerance});
  REQUIRE(solution.report.status == Status::converged);
  REQUIRE(solution.report.method == "smo");
  REQUIRE(solution.report.iterations > 0);
  REQUIRE(solution.report.residual <= tolerance);
  const double rounding = std::is_same_v<T, float> ? 1e-4 : 1e-10;
  check_optimal(solution, gram<T>(Rbf(0.2), X), y, C, tolerance + rounding);
  const Certificate& own = solution.report.certificate;
  CHECK(own.violation <= tolerance + rounding);
  CHECK(own.gap >= 0);
  CHECK(own.gap <= 300 * C_value * (tolerance + rounding));
}

TEST_CASE("solve_svm finds the optimum of tiny problems", "[solver]") {
  const std::uint64_t seed = GENERATE(range(1, 26));
  CAPTURE(seed);
  Random random(seed, 300);
  const index_t n = 2 + random.below(5);
  const arma::mat X = normal_matrix<double>(2, n, seed);
  Col<double> y(n), C(n);
  for (index_t i = 0; i < n; ++i) {
    y(i) = i == 0 ? 1 : i == 1 ? -1 : random.uniform() < 0.5 ? 1 : -1;
    C(i) = i > 1 && random.uniform() < 0.2 ? 0 : 0.1 + 3 * random.uniform();
  }
  const arma::mat K = gram(Rbf(0.5), X);
  const SvmSolution solution = solve_c_svc(DenseGram<double>(K), y, C, {.tolerance = 1e-11});
  REQUIRE(solution.report.status == Status::converged);
  check_optimal(solution, K, y, C, 1e-10);
  const double best = static_cast<double>(test::best_dual(K, y, C));
  CHECK(solution.report.certificate.dual_objective == Approx(best).epsilon(1e-9));
  CHECK(solution.report.certificate.primal_objective == Approx(best).epsilon(1e-9));
}

TEST_CASE("the stopping rule holds for the solution that is returned", "[solver]") {
  const std::uint64_t seed = GENERATE(range(1, 51));
  const double tolerance = GENERATE(0.01, 0.1);
  CAPTURE(seed, tolerance);
  const arma::mat X = normal_matrix<double>(2, 40, seed);
  const SvmSolution solution =
      solve_c_svc(MatrixFreeGram<double>(Linear(), X), noisy_signs(X, seed), constant(40, 100),
                  {.tolerance = tolerance});
  REQUIRE(solution.report.status == Status::converged);
  CHECK(solution.report.certificate.violation <= tolerance * (1 + 1e-6));
}

TEST_CASE("the second index of a pair is chosen by second order", "[solver]") {
  // from alpha = 0 both negatives violate alike; the near one promises more: 4 / 1 against 4 / 25
  const arma::mat X = {{0, 5, 1}};
  const SvmSolution solution =
      solve_c_svc(MatrixFreeGram<double>(Linear(), X), Col<double>{1, -1, -1}, constant(3, 10),
                  {.max_iterations = 1});
  CHECK(solution.beta(1) == 0);
  CHECK(solution.beta(2) == -2);  // 2 / a
}

TEST_CASE("the bias is the mean over the free variables, at any tolerance", "[solver]") {
  const arma::mat X = normal_matrix<double>(3, 200, 222);
  const Col<double> y = noisy_signs(X, 223), C = constant(200, 1);
  const SvmSolution solution =
      solve_c_svc(MatrixFreeGram<double>(Rbf(0.3), X), y, C, {.max_iterations = 60});
  const Col<double> F = y - gram(Rbf(0.3), X) * solution.beta;
  const arma::uvec free = arma::find(arma::abs(solution.beta) > 0 && arma::abs(solution.beta) < 1);
  REQUIRE(free.n_elem > 2);
  CHECK(solution.bias == Approx(arma::mean(F.elem(free))).epsilon(1e-10));
}

TEST_CASE("rows with C = 0 are as if they were not there", "[solver]") {
  const arma::mat X = normal_matrix<double>(3, 120, 205);
  const Col<double> y = noisy_signs(X, 206);
  Col<double> C = constant(120, 2);
  std::vector<index_t> kept;
  for (index_t i = 0; i < 120; ++i) {
    if (i % 3 == 2) C(i) = 0;
    if (i % 3 != 2) kept.push_back(i);
  }
  const arma::uvec rows = test::to_uvec(kept);
  const MatrixFreeGram<double> K(Rbf(0.5), X);
  const SvmSolution all = solve_c_svc(K, y, C, {.tolerance = 1e-10});
  const SvmSolution part =
      solve_c_svc(*K.submatrix(kept, kept), y.elem(rows), C.elem(rows), {.tolerance = 1e-10});
  CHECK(arma::all(all.beta.elem(arma::find(C == 0)) == 0));
  CHECK(arma::abs(all.beta.elem(rows) - part.beta).max() <= 1e-7);
  CHECK(all.bias == Approx(part.bias).margin(1e-8));
  CHECK(all.report.certificate.primal_objective ==
        Approx(part.report.certificate.primal_objective).epsilon(1e-10));
}

TEST_CASE("an indefinite kernel ends by itself at a stationary point", "[solver]") {
  const arma::mat X = normal_matrix<double>(4, 400, 207);
  const Col<double> y = noisy_signs(X, 208), C = constant(400, 5);
  const Sigmoid kernel(2.0, -1.0);
  REQUIRE(arma::eig_sym(gram(kernel, X)).min() < -1);
  const SvmSolution solution =
      solve_c_svc(MatrixFreeGram<double>(kernel, X), y, C, {.tolerance = 1e-6});
  REQUIRE(solution.report.status == Status::converged);
  check_optimal(solution, gram(kernel, X), y, C, 1e-6 + 1e-9);
}

TEST_CASE("a matrix that is no kernel matrix at all ends at a stationary point", "[solver]") {
  // a zero diagonal: every second a_ij = -2 K_ij is negative
  const std::uint64_t seed = GENERATE(range(1, 11));
  CAPTURE(seed);
  arma::mat K = arma::symmatu(normal_matrix<double>(40, 40, seed));
  K.diag().zeros();
  Col<double> y(40);
  for (index_t i = 0; i < 40; ++i) y(i) = i % 3 == 0 ? 1 : -1;
  const Col<double> C = constant(40, 2);
  const SvmSolution solution = solve_c_svc(DenseGram<double>(K), y, C, {.tolerance = 1e-6});
  REQUIRE(solution.report.status == Status::converged);
  check_optimal(solution, K, y, C, 1e-6 + 1e-9);
}

TEST_CASE("duplicates and the linear kernel, whose curvature vanishes, are solved", "[solver]") {
  arma::mat X = normal_matrix<double>(2, 200, 209);
  X.cols(100, 199) = X.cols(0, 99);  // the same points once more,
  Col<double> y = noisy_signs(X, 210);
  y.tail(20) = -y.subvec(80, 99);  // some with the other label
  const Col<double> C = constant(200, 1);
  const SvmSolution solution =
      solve_c_svc(MatrixFreeGram<double>(Linear(), X), y, C, {.tolerance = 1e-7});
  REQUIRE(solution.report.status == Status::converged);
  check_optimal(solution, gram(Linear(), X), y, C, 1e-7 + 1e-9);
  CHECK(solution.report.certificate.gap <= 1e-4);
}

TEST_CASE("two points have the solution of the textbook", "[solver]") {
  // alpha_1 = alpha_2 = min(C, 2 / ||x_1 - x_2||^2); the plane in the middle
  const arma::mat X = {{1, 4}};
  const Col<double> y = {1, -1};
  const double C = GENERATE(0.1, 10.0);
  const SvmSolution solution = solve_c_svc(MatrixFreeGram<double>(Linear(), X), y, constant(2, C));
  const double alpha = std::min(C, 2.0 / 9);
  CHECK(solution.beta(0) == Approx(alpha).epsilon(1e-14));
  CHECK(solution.beta(1) == Approx(-alpha).epsilon(1e-14));
  CHECK(solution.bias == Approx(alpha * 7.5).epsilon(1e-14));  // -w (1 + 4) / 2, w = -3 alpha
  CHECK(solution.report.certificate.gap == Approx(0).margin(1e-14));
}

TEST_CASE("one class only, or no rows: nothing to separate, no error left", "[solver]") {
  const arma::mat X = normal_matrix<double>(2, 3, 211);
  const double label = GENERATE(1.0, -1.0);
  const SvmSolution one =
      solve_c_svc(MatrixFreeGram<double>(Rbf(1), X), constant(3, label), constant(3, 2));
  CHECK(one.report.status == Status::converged);
  CHECK(arma::all(one.beta == 0));
  CHECK(one.bias == label);
  CHECK(one.report.certificate.gap == 0);
  CHECK(one.report.certificate.violation == 0);

  const arma::mat none(2, 0);
  const SvmSolution empty = solve_c_svc(MatrixFreeGram<double>(Rbf(1), none), Col<double>(), {});
  CHECK(empty.report.status == Status::converged);
  CHECK(empty.beta.is_empty());
  CHECK(empty.report.certificate.gap == 0);
}

TEMPLATE_TEST_CASE("solve_svm has the same optimum with two columns in memory and with all",
                   "[solver]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 250, 216);
  const Col<double> y = noisy_signs(X, 217), C = constant(250, 3);
  const MatrixFreeGram<T> K(Rbf(0.3), X);
  const double tolerance = 1e-6;
  const SvmSolution large = solve_c_svc(K, y, C, {.tolerance = tolerance});
  REQUIRE(large.report);
  const std::size_t column = 272 * sizeof(float);  // 250 values and room
  for (const index_t columns : {2u, 3u, 100u, 249u}) {
    CAPTURE(columns);
    const SvmSolution small =
        solve_c_svc(K, y, C, {.tolerance = tolerance, .memory_budget = columns * column});
    REQUIRE(small.report);
    CHECK(small.report.certificate.dual_objective ==
          Approx(large.report.certificate.dual_objective).epsilon(1e-9));
    CHECK(small.bias == Approx(large.bias).margin(1e-5));
  }
  REQUIRE_THROWS_AS(solve_c_svc(K, y, C, {.memory_budget = 2 * column - 1}), BudgetError);
}

TEMPLATE_TEST_CASE("solve_svm has the same bits for any number of threads", "[solver]", float,
                   double) {
  using T = TestType;
  // 1300 rows of 600 features are six strips of a column: five threads have work
  const Mat<T> X = normal_matrix<T>(600, 1300, 218);
  const Col<double> y = noisy_signs(X, 219), C = constant(1300, 1);
  // K as a whole, or columns of it in the cache
  const std::size_t budget = GENERATE(0u, 1u) * 50 * 1328 * sizeof(float);
  SvmSolution first;
  for (const int threads : {1, 2, 3, 5}) {
    CAPTURE(threads, budget);
    SvmSolution solution =
        solve_c_svc(MatrixFreeGram<T>(Rbf(1.0 / 600), X, {.threads = threads}), y, C,
                    {.memory_budget = budget, .threads = threads, .max_iterations = 100});
    REQUIRE(solution.report.iterations == 100);
    if (threads == 1) {
      first = std::move(solution);
      continue;
    }
    CHECK(same_bits(solution.beta, first.beta));
    CHECK(solution.bias == first.bias);
    CHECK(solution.report.iterations == first.report.iterations);
    CHECK(solution.report.certificate.gap == first.report.certificate.gap);
    CHECK(solution.report.certificate.violation == first.report.certificate.violation);
  }
}

namespace {

// Hides what an entry costs, so that the solver keeps columns.
template <class T>
class Costly final : public GramOperator<T> {
 public:
  explicit Costly(std::unique_ptr<GramOperator<T>> K)
      : GramOperator<T>(K->n_rows(), K->n_cols()), K_(std::move(K)) {}

 private:
  void do_multiply(const Mat<T>& V, Mat<T>& out, Poll poll) const override {
    K_->multiply(V, out, poll);
  }
  void do_multiply_in_double(const Mat<double>& V, Mat<double>& out, Poll poll) const override {
    K_->multiply_in_double(V, out, poll);
  }
  void do_gather_columns(std::span<const index_t> columns, Mat<T>& out) const override {
    K_->gather_columns(columns, out);
  }
  void do_dense(Mat<T>& out, Poll poll) const override { K_->dense(out, poll); }
  void do_diagonal(Col<T>& out) const override { out = K_->diagonal(); }
  std::unique_ptr<GramOperator<T>> do_submatrix(std::span<const index_t> rows,
                                                std::span<const index_t> columns) const override {
    return std::unique_ptr<GramOperator<T>>(new Costly(K_->submatrix(rows, columns)));
  }
  std::unique_ptr<GramOperator<T>> K_;
};

}  // namespace

TEMPLATE_TEST_CASE("many variables of few features are solved in computed blocks", "[solver]",
                   float, double) {
  using T = TestType;
  const index_t n = 6500;
  const Mat<T> X = normal_matrix<T>(3, n, 211);
  const Col<double> y = noisy_signs(X, 212), C = constant(n, 3.0);
  const MatrixFreeGram<T> K(Rbf(0.5), X);
  REQUIRE(K.features_per_value() == 3);
  const double tolerance = std::is_same_v<T, float> ? 1e-3 : 1e-6;
  const SvmSolution computed = solve_c_svc(K, y, C, {.tolerance = tolerance});
  CHECK(computed.report.method == "smo in computed blocks");
  CHECK(computed.report.status == Status::converged);
  const Costly<T> hidden(std::make_unique<MatrixFreeGram<T>>(Rbf(0.5), X));
  REQUIRE(hidden.features_per_value() == GramOperator<T>::unknown_features);
  const SvmSolution kept = solve_c_svc(hidden, y, C, {.tolerance = tolerance});
  const double objective = kept.report.certificate.dual_objective;
  CHECK(computed.report.certificate.dual_objective == Approx(objective).epsilon(tolerance));
  CHECK(computed.report.certificate.gap <= 10 * n * tolerance);
  CHECK(computed.bias == Approx(kept.bias).margin(2 * tolerance));
  for (const int threads : {2, 3}) {
    const SvmSolution again = solve_c_svc(K, y, C, {.tolerance = tolerance, .threads = threads});
    CHECK(same_bits(again.beta, computed.beta));
  }
}

TEST_CASE("blocks that the free variables outgrow give way to all of K", "[solver]") {
  // Nearly all variables are free in the end: 6300 of noise, and a price that no bound is met.
  const index_t n = 6300;
  const arma::mat X = normal_matrix<double>(8, n, 213);
  const Col<double> y = normal_matrix<double>(n, 1, 214);
  const MatrixFreeGram<double> K(Rbf(2), X);
  const SvmDual dual = epsilon_svr_dual(y, constant(n, 100), 0.01);
  const SvmSolution solution = solve_svm(K, dual, {.tolerance = 1e-4});
  CHECK(solution.report.status == Status::converged);
  CHECK(arma::accu(solution.beta != 0) > 6000);
  CHECK(svm_certificate(K, dual, solution.beta, solution.bias).violation <= 1e-4);
  CHECK(solution.report.iterations < 200000);
}

TEST_CASE("computed blocks name a kernel value that is not finite", "[solver]") {
  const index_t n = 6200;
  arma::mat X = normal_matrix<double>(2, n, 215);
  X(0, 4321) = 50;  // the only one so far out
  const auto kernel = make_kernel<Statistic::squared_distance>(
      "gap", [](auto s) { return s > 1000 ? s / 0 - s / 0 : exp(-s); });
  const Col<double> y = noisy_signs(X, 216), C = constant(n, 1.0);
  const MatrixFreeGram<double> K(kernel, X);
  REQUIRE_THROWS_AS(solve_c_svc(K, y, C, {}), NonFiniteError);
}
