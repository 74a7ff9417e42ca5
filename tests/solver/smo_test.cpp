#include "mercer/solver/smo.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mercer/core/errors.hpp"
#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/tiled_gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::same_bits;

namespace {

// Labels -1 and +1 that no plane divides, both present.
template <class T>
Col<double> noisy_labels(const Mat<T>& X, std::uint64_t seed) {
  Col<double> y = arma::conv_to<Col<double>>::from(test::noisy_classes(X, 2, 0, seed) * 2 - 1);
  y(0) = 1;
  y(1) = -1;
  return y;
}

Col<double> constant(index_t n, double value) { return Col<double>(n, arma::fill::value(value)); }

// What any solution must have: the box to the bit, the sum, and m - M <= tolerance, from K itself.
template <class T>
void check_optimal(const SmoSolution& solution, const Mat<T>& K, const Col<double>& y,
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

// The optimum of the dual of a tiny problem, by trying every way to put variables at their lower
// bound, at their upper bound or between, in long double: the free ones solve a linear system.
long double best_dual(const arma::mat& K, const Col<double>& y, const Col<double>& C) {
  const index_t n = y.n_elem;
  long double best = 0;  // alpha = 0
  index_t patterns = 1;
  for (index_t i = 0; i < n; ++i) patterns *= 3;
  for (index_t pattern = 0; pattern < patterns; ++pattern) {
    std::vector<long double> alpha(n, 0);
    std::vector<index_t> free;
    for (index_t i = 0, code = pattern; i < n; ++i, code /= 3) {
      if (code % 3 == 1) alpha[i] = C(i);
      if (code % 3 == 2) free.push_back(i);
    }
    // rows: gradient_i = bias y_i of the free ones, and the sum; unknowns: their alpha, the bias
    const index_t m = free.size() + 1;
    std::vector<std::vector<long double>> A(m, std::vector<long double>(m + 1, 0));
    for (index_t r = 0; r + 1 < m; ++r) {
      const index_t i = free[r];
      for (index_t c = 0; c + 1 < m; ++c) A[r][c] = y(i) * y(free[c]) * K(i, free[c]);
      A[r][m - 1] = y(i);
      A[r][m] = 1;
      for (index_t j = 0; j < n; ++j) A[r][m] -= y(i) * y(j) * K(i, j) * alpha[j];
      A[m - 1][r] = y(i);
    }
    for (index_t j = 0; j < n; ++j) A[m - 1][m] -= y(j) * alpha[j];
    bool singular = false;
    for (index_t c = 0; c < m && !singular; ++c) {  // Gauss-Jordan
      index_t pivot = c;
      for (index_t r = c; r < m; ++r) {
        if (std::abs(A[r][c]) > std::abs(A[pivot][c])) pivot = r;
      }
      singular = std::abs(A[pivot][c]) < 1e-14L;
      if (singular) break;
      std::swap(A[c], A[pivot]);
      for (index_t r = 0; r < m; ++r) {
        if (r == c) continue;
        const long double factor = A[r][c] / A[c][c];
        for (index_t k = c; k <= m; ++k) A[r][k] -= factor * A[c][k];
      }
    }
    if (singular && m > 1) continue;
    for (index_t r = 0; r + 1 < m; ++r) alpha[free[r]] = A[r][m] / A[r][r];
    long double sum = 0, objective = 0;
    bool feasible = true;
    for (index_t i = 0; i < n; ++i) {
      feasible = feasible && alpha[i] >= -1e-15L && alpha[i] <= C(i) + 1e-15L;
      sum += y(i) * alpha[i];
      objective += alpha[i];
      for (index_t j = 0; j < n; ++j) {
        objective -= alpha[i] * alpha[j] * y(i) * y(j) * K(i, j) / 2;
      }
    }
    if (feasible && std::abs(sum) <= 1e-14L) best = std::max(best, objective);
  }
  return best;
}

}  // namespace

TEMPLATE_TEST_CASE("the solution of solve_smo satisfies the optimality conditions", "[solver]",
                   float, double) {
  using T = TestType;
  const bool shrinking = GENERATE(false, true);
  const double C_value = GENERATE(0.1, 10.0);
  const Mat<T> X = normal_matrix<T>(5, 300, 201);
  const Col<double> y = noisy_labels(X, 202), C = constant(300, C_value);
  const TiledGram<T> K(Rbf(0.2), X);
  const double tolerance = std::is_same_v<T, float> ? 1e-4 : 1e-8;
  const SmoSolution solution = solve_smo(K, y, C, {.tolerance = tolerance, .shrinking = shrinking});
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

TEST_CASE("solve_smo finds the optimum of tiny problems", "[solver]") {
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
  const SmoSolution solution = solve_smo(DenseGram<double>(K), y, C, {.tolerance = 1e-11});
  REQUIRE(solution.report.status == Status::converged);
  check_optimal(solution, K, y, C, 1e-10);
  const double best = static_cast<double>(best_dual(K, y, C));
  CHECK(solution.report.certificate.dual_objective == Approx(best).epsilon(1e-9));
  CHECK(solution.report.certificate.primal_objective == Approx(best).epsilon(1e-9));
}

TEST_CASE("shrinking changes the path of solve_smo, not its end", "[solver]") {
  const arma::mat X = normal_matrix<double>(4, 1500, 203);
  const Col<double> y = noisy_labels(X, 204), C = constant(1500, 1);
  const TiledGram<double> K(Rbf(0.25), X);
  const SmoSolution with = solve_smo(K, y, C, {.tolerance = 1e-6, .shrinking = true});
  const SmoSolution without = solve_smo(K, y, C, {.tolerance = 1e-6, .shrinking = false});
  REQUIRE(with.report);
  REQUIRE(without.report);
  CHECK(with.report.iterations != without.report.iterations);
  CHECK(with.report.certificate.dual_objective ==
        Approx(without.report.certificate.dual_objective).epsilon(1e-8));
  CHECK(with.bias == Approx(without.bias).margin(1e-5));
  CHECK(arma::abs(with.beta - without.beta).max() <= 1e-2);
}

TEST_CASE("rows with C = 0 are as if they were not there", "[solver]") {
  const arma::mat X = normal_matrix<double>(3, 120, 205);
  const Col<double> y = noisy_labels(X, 206);
  Col<double> C = constant(120, 2);
  std::vector<index_t> kept;
  for (index_t i = 0; i < 120; ++i) {
    if (i % 3 == 2) C(i) = 0;
    if (i % 3 != 2) kept.push_back(i);
  }
  const arma::uvec rows = test::to_uvec(kept);
  const TiledGram<double> K(Rbf(0.5), X);
  const SmoSolution all = solve_smo(K, y, C, {.tolerance = 1e-10});
  const SmoSolution part =
      solve_smo(*K.submatrix(kept, kept), y.elem(rows), C.elem(rows), {.tolerance = 1e-10});
  CHECK(arma::all(all.beta.elem(arma::find(C == 0)) == 0));
  CHECK(arma::abs(all.beta.elem(rows) - part.beta).max() <= 1e-7);
  CHECK(all.bias == Approx(part.bias).margin(1e-8));
  CHECK(all.report.certificate.primal_objective ==
        Approx(part.report.certificate.primal_objective).epsilon(1e-10));
}

TEST_CASE("an indefinite kernel ends by itself at a stationary point", "[solver]") {
  const arma::mat X = normal_matrix<double>(4, 400, 207);
  const Col<double> y = noisy_labels(X, 208), C = constant(400, 5);
  const Sigmoid kernel(2.0, -1.0);
  REQUIRE(arma::eig_sym(gram(kernel, X)).min() < -1);
  const SmoSolution solution = solve_smo(TiledGram<double>(kernel, X), y, C, {.tolerance = 1e-6});
  REQUIRE(solution.report.status == Status::converged);
  check_optimal(solution, gram(kernel, X), y, C, 1e-6 + 1e-9);
}

TEST_CASE("duplicates and the linear kernel, whose curvature vanishes, are solved", "[solver]") {
  arma::mat X = normal_matrix<double>(2, 200, 209);
  X.cols(100, 199) = X.cols(0, 99);  // the same points once more,
  Col<double> y = noisy_labels(X, 210);
  y.tail(20) = -y.subvec(80, 99);  // some with the other label
  const Col<double> C = constant(200, 1);
  const SmoSolution solution = solve_smo(TiledGram<double>(Linear(), X), y, C, {.tolerance = 1e-7});
  REQUIRE(solution.report.status == Status::converged);
  check_optimal(solution, gram(Linear(), X), y, C, 1e-7 + 1e-9);
  CHECK(solution.report.certificate.gap <= 1e-4);
}

TEST_CASE("two points have the solution of the textbook", "[solver]") {
  // alpha_1 = alpha_2 = min(C, 2 / ||x_1 - x_2||^2); the plane in the middle
  const arma::mat X = {{1, 4}};
  const Col<double> y = {1, -1};
  const double C = GENERATE(0.1, 10.0);
  const SmoSolution solution = solve_smo(TiledGram<double>(Linear(), X), y, constant(2, C));
  const double alpha = std::min(C, 2.0 / 9);
  CHECK(solution.beta(0) == Approx(alpha).epsilon(1e-14));
  CHECK(solution.beta(1) == Approx(-alpha).epsilon(1e-14));
  CHECK(solution.bias == Approx(alpha * 7.5).epsilon(1e-14));  // -w (1 + 4) / 2, w = -3 alpha
  CHECK(solution.report.certificate.gap == Approx(0).margin(1e-14));
}

TEST_CASE("one class only, or no rows: nothing to separate, no error left", "[solver]") {
  const arma::mat X = normal_matrix<double>(2, 3, 211);
  const double label = GENERATE(1.0, -1.0);
  const SmoSolution one =
      solve_smo(TiledGram<double>(Rbf(1), X), constant(3, label), constant(3, 2));
  CHECK(one.report.status == Status::converged);
  CHECK(arma::all(one.beta == 0));
  CHECK(one.bias == label);
  CHECK(one.report.certificate.gap == 0);
  CHECK(one.report.certificate.violation == 0);

  const arma::mat none(2, 0);
  const SmoSolution empty = solve_smo(TiledGram<double>(Rbf(1), none), Col<double>(), {});
  CHECK(empty.report.status == Status::converged);
  CHECK(empty.beta.is_empty());
  CHECK(empty.report.certificate.gap == 0);
}

TEST_CASE("the iteration limit is told, with a gap that is true", "[solver]") {
  const arma::mat X = normal_matrix<double>(3, 200, 212);
  const Col<double> y = noisy_labels(X, 213), C = constant(200, 1);
  const TiledGram<double> K(Rbf(0.3), X);
  const index_t limit = GENERATE(1u, 37u);
  const SmoSolution solution = solve_smo(K, y, C, {.max_iterations = limit});
  REQUIRE(solution.report.status == Status::iteration_limit);
  CHECK(solution.report.iterations == limit);
  const double optimum = solve_smo(K, y, C, {.tolerance = 1e-9}).report.certificate.dual_objective;
  const Certificate& own = solution.report.certificate;
  CHECK(own.dual_objective < optimum);
  CHECK(own.primal_objective > optimum);
  CHECK(own.gap == Approx(own.primal_objective - own.dual_objective));
  CHECK(own.violation == Approx(solution.report.residual).epsilon(1e-10));
}

TEST_CASE("the progress callback of solve_smo hears where it is and stops it", "[solver]") {
  const arma::mat X = normal_matrix<double>(3, 200, 214);
  const Col<double> y = noisy_labels(X, 215), C = constant(200, 1);
  int calls = 0;
  const auto stop = [&](const Progress& progress) {
    ++calls;
    CHECK(progress.stage == "smo");
    CHECK(progress.iteration == 0);
    CHECK(progress.criterion == 2);  // alpha = 0: F = y
    CHECK(progress.target == 1e-3);
    return Continue::no;
  };
  const SmoSolution solution = solve_smo(TiledGram<double>(Rbf(0.3), X), y, C, {.progress = stop});
  CHECK(calls == 1);
  CHECK(solution.report.status == Status::stopped);
  CHECK(solution.report.residual == 2);
  CHECK(arma::all(solution.beta == 0));
  CHECK(solution.report.certificate.primal_objective == Approx(200));
}

TEMPLATE_TEST_CASE("solve_smo has the same bits with two columns in memory and with all",
                   "[solver]", float, double) {
  using T = TestType;
  const Mat<T> X = normal_matrix<T>(4, 250, 216);
  const Col<double> y = noisy_labels(X, 217), C = constant(250, 3);
  const TiledGram<T> K(Rbf(0.3), X);
  const SmoSolution large = solve_smo(K, y, C);
  const SmoSolution small = solve_smo(K, y, C, {.memory_budget = 2 * 250 * sizeof(T)});
  REQUIRE(large.report);
  CHECK(same_bits(large.beta, small.beta));
  CHECK(large.bias == small.bias);
  CHECK(large.report.iterations == small.report.iterations);
  REQUIRE_THROWS_AS(solve_smo(K, y, C, {.memory_budget = 2 * 250 * sizeof(T) - 1}), BudgetError);
}

TEMPLATE_TEST_CASE("solve_smo has the same bits for any number of threads", "[solver]", float,
                   double) {
  using T = TestType;
  // 1200 rows of 300 features are three strips of a column: three threads have work
  const Mat<T> X = normal_matrix<T>(300, 1200, 218);
  const Col<double> y = noisy_labels(X, 219), C = constant(1200, 1);
  SmoSolution first;
  for (const int threads : {1, 2, 3, 5}) {
    CAPTURE(threads);
    SmoSolution solution = solve_smo(TiledGram<T>(Rbf(1.0 / 300), X, {.threads = threads}), y, C);
    REQUIRE(solution.report);
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

TEST_CASE("solve_smo refuses input that does not fit", "[solver]") {
  const arma::mat X = normal_matrix<double>(2, 4, 220), Y = normal_matrix<double>(2, 3, 221);
  const TiledGram<double> K(Rbf(1), X), K_wide(Rbf(1), X, Y);
  const Col<double> y = {1, -1, 1, -1}, C = constant(4, 1);
  REQUIRE_THROWS_WITH(solve_smo(K_wide, y, C),
                      "solve_smo: K must have 4 columns (it must be square), has 3");
  REQUIRE_THROWS_WITH(solve_smo(K, Col<double>{1, -1}, C),
                      "solve_smo: y must have 4 rows (one per point), has 2");
  REQUIRE_THROWS_WITH(solve_smo(K, y, Col<double>{1}),
                      "solve_smo: C must have 4 rows (one per point), has 1");
  REQUIRE_THROWS_WITH(solve_smo(K, Col<double>{1, -1, 0, 1}, C),
                      "solve_smo: y must be +1 or -1, y(2) is 0");
  REQUIRE_THROWS_WITH(solve_smo(K, Col<double>{1, -1, 1, arma::datum::nan}, C),
                      "solve_smo: y must be +1 or -1, y(3) is nan");
  REQUIRE_THROWS_WITH(solve_smo(K, y, Col<double>{1, -1, 1, 1}),
                      "solve_smo: C must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(solve_smo(K, y, Col<double>{1, 1, 1, arma::datum::inf}),
                      "solve_smo: C must be finite and at least 0, is inf");
  REQUIRE_THROWS_WITH(solve_smo(K, y, C, {.tolerance = 0}),
                      "solve_smo: tolerance must be finite and positive, is 0");
}

TEST_CASE("a kernel value that is not finite ends solve_smo with its place", "[solver]") {
  const Col<double> y = {1, -1, 1}, C = constant(3, 1);
  const auto no_diagonal =
      make_kernel<Statistic::squared_distance>("singular", [](auto d2) { return 1 / d2; });
  const arma::mat X = {{0, 1, 3}};
  REQUIRE_THROWS_WITH(
      solve_smo(TiledGram<double>(no_diagonal, X), y, C),
      "solve_smo: the diagonal of K must be finite, the diagonal of K(0, 0) is inf");
  const auto hole = make_kernel<Statistic::squared_distance>("hole", [](auto d2) {
    return d2 == 4 ? std::numeric_limits<decltype(d2)>::quiet_NaN() : 1 / (1 + d2);
  });
  REQUIRE_THROWS_WITH(solve_smo(TiledGram<double>(hole, X), y, C),
                      "ColumnCache: kernel values must be finite, K(2, 1) is nan");
}
