#include "solver/newton_step.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/svm_problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

// Variables with one constraint and their kernel values, K = A' A / rows of A, all at beta.
struct Problem {
  SmoVariables v;
  arma::fmat K;
  SmoColumns columns;

  Problem(const arma::mat& A, const arma::vec& linear, const arma::vec& beta, double box)
      : v(A.n_cols, 0, false, 0), K(v.F.size(), v.F.size(), arma::fill::zeros) {
    const arma::mat exact = A.t() * A / static_cast<double>(A.n_rows);
    K.submat(0, 0, A.n_cols - 1, A.n_cols - 1) = arma::conv_to<arma::fmat>::from(exact);
    const arma::vec product = arma::conv_to<arma::mat>::from(K.head_cols(A.n_cols)) * beta;
    for (index_t i = 0; i < A.n_cols; ++i) {
      v.beta[i] = beta(i);
      v.low[i] = 0;
      v.high[i] = box;
      v.diagonal[i] = double{K(i, i)};
      v.F[i] = linear(i) - product(i);
      v.refresh(i);
    }
    for (index_t k = 0; k < v.F.size(); ++k) {
      for (auto& of_group : columns) of_group.push_back(K.colptr(k));
    }
  }

  double objective(const arma::vec& linear) const {
    double out = 0;
    for (index_t i = 0; i < linear.n_elem; ++i) out += v.beta[i] * (linear(i) + v.F[i]) / 2;
    return out;
  }
  double sum() const { return arma::accu(arma::vec(v.beta)); }
};

}  // namespace

TEST_CASE("a step of Newton's method inside the box ends at the optimum", "[solver]") {
  const index_t n = 60;
  const arma::mat A = normal_matrix<double>(80, n, 1);
  const arma::vec beta(n, arma::fill::value(1e5));
  // The optimum is about 1e5 + 1e3 normal.
  const arma::vec linear = A.t() * (A * (beta + 1e3 * normal_matrix<double>(n, 1, 2))) / 80;
  Problem problem(A, linear, beta, 2e5);
  const double before = problem.objective(linear);
  const double gain = newton_step(problem.v, problem.columns, free_places(problem.v), 2);
  CHECK(gain == Approx(problem.objective(linear) - before).epsilon(1e-9));
  CHECK(violation(problem.v) < 1);  // F was about 1e5
  CHECK(problem.sum() == Approx(1e5 * n).epsilon(1e-14));
  // By the equations of the optimum: K beta + mu = linear, sum beta = 1e5 n.
  arma::mat system(n + 1, n + 1, arma::fill::ones);
  system(n, n) = 0;
  system.submat(0, 0, n - 1, n - 1) =
      arma::conv_to<arma::mat>::from(problem.K.submat(0, 0, n - 1, n - 1));
  arma::vec right(n + 1);
  right.head(n) = linear;
  right(n) = 1e5 * n;
  const arma::vec optimum = arma::solve(system, right);
  for (index_t i = 0; i < n; ++i) CHECK(problem.v.beta[i] == Approx(optimum(i)).epsilon(1e-6));
}

TEST_CASE("a step of Newton's method that meets bounds keeps to them, to the sum, and rises",
          "[solver]") {
  const index_t n = 100;
  const arma::mat A = normal_matrix<double>(40, n, 3);  // of rank 40: K is singular
  const arma::vec linear = 3 * normal_matrix<double>(n, 1, 4), beta(n, arma::fill::value(0.5));
  Problem problem(A, linear, beta, 1);
  problem.v.beta[7] = 0;  // held: it is at a bound
  problem.v.refresh(7);
  const double before = problem.objective(linear), sum = problem.sum();
  const std::vector<index_t> free = free_places(problem.v);
  CHECK(free.size() == n - 1);
  const double gain = newton_step(problem.v, problem.columns, free, 1);
  CHECK(gain > 0);
  CHECK(problem.objective(linear) > before);
  CHECK(problem.sum() == Approx(sum).epsilon(1e-14));
  index_t at_bounds = 0;
  for (index_t i = 0; i < n; ++i) {
    CHECK(problem.v.beta[i] >= 0);
    CHECK(problem.v.beta[i] <= 1);
    if (problem.v.up[i] != problem.v.down[i]) ++at_bounds;
  }
  CHECK(at_bounds > 1);
  CHECK(problem.v.beta[7] == 0);
}

TEST_CASE("a step of Newton's method has the same bits for any number of threads", "[solver]") {
  const index_t n = 700;
  const arma::mat A = normal_matrix<double>(900, n, 5);
  const arma::vec linear = normal_matrix<double>(n, 1, 6), beta(n, arma::fill::value(0.5));
  Problem first(A, linear, beta, 1);
  newton_step(first.v, first.columns, free_places(first.v), 1);
  for (const int threads : {2, 3, 5}) {
    Problem other(A, linear, beta, 1);
    newton_step(other.v, other.columns, free_places(other.v), threads);
    CHECK(other.v.beta == first.v.beta);
    CHECK(other.v.F == first.v.F);
  }
}
