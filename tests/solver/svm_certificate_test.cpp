#include <cmath>
#include <vector>

#include "mercer/gram/dense_gram.hpp"
#include "mercer/gram/matrix_free_gram.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/solver/svm.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/svm_problems.hpp"

using namespace mercer;
using test::normal_matrix;
using test::solve_c_svc;

namespace {

constexpr index_t n = 150;

template <class T>
struct Problem {
  Mat<T> X = normal_matrix<T>(3, n, 231);
  Col<double> y = test::noisy_signs(X, 232);
  Col<double> C = Col<double>(n, arma::fill::value(2));
  MatrixFreeGram<T> K{Rbf(0.4), X};
  Certificate certificate(const Col<double>& beta, double bias) const {
    return svm_certificate(K, c_svc_dual(y, C), beta, bias);
  }
};

struct Objectives {
  long double primal = 0, dual = 0;
};

// The two sums of Certificate's documentation, entry by entry.
template <class T>
Objectives direct(const Problem<T>& problem, const Col<double>& beta, double bias) {
  Objectives out;
  for (index_t i = 0; i < n; ++i) {
    long double f = 0;
    for (index_t j = 0; j < n; ++j) {
      long double d2 = 0;
      for (index_t k = 0; k < problem.X.n_rows; ++k) {
        const long double difference =
            static_cast<long double>(problem.X(k, i)) - static_cast<long double>(problem.X(k, j));
        d2 += difference * difference;
      }
      f += std::exp(-0.4L * d2) * beta(j);
    }
    out.primal += beta(i) * f / 2;
    out.primal += problem.C(i) * std::max(0.0L, 1 - problem.y(i) * (f + bias));
    out.dual += problem.y(i) * beta(i) - beta(i) * f / 2;
  }
  return out;
}

}  // namespace

TEMPLATE_TEST_CASE("svm_certificate has the values of the direct sums", "[solver]", float, double) {
  const Problem<TestType> problem;
  const SvmSolution solution = solve_c_svc(problem.K, problem.y, problem.C);
  REQUIRE(solution.report);
  const double scale = GENERATE(1.0, 0.5, 0.0);  // 0.5: feasible, not optimal
  const Col<double> beta = scale * solution.beta;
  const Certificate own = problem.certificate(beta, solution.bias);
  const Objectives truth = direct(problem, beta, solution.bias);
  const auto primal = static_cast<double>(truth.primal), dual = static_cast<double>(truth.dual);
  CHECK(std::abs(own.primal_objective - primal) <= 1e-13 * primal);
  CHECK(std::abs(own.dual_objective - dual) <= 1e-13 * primal);
  CHECK(std::abs(own.gap - static_cast<double>(truth.primal - truth.dual)) <= 1e-13 * primal);
  CHECK(own.gap >= 0);
  CHECK(own.decision_error == std::sqrt(own.gap));  // k(x, x) = 1
}

TEST_CASE("the certificate of solve_svm is svm_certificate of its solution", "[solver]") {
  const Problem<double> problem;
  const SvmSolution solution = solve_c_svc(problem.K, problem.y, problem.C);
  const Certificate again = problem.certificate(solution.beta, solution.bias);
  CHECK(solution.report.certificate.primal_objective == again.primal_objective);
  CHECK(solution.report.certificate.dual_objective == again.dual_objective);
  CHECK(solution.report.certificate.gap == again.gap);
  CHECK(solution.report.certificate.violation == again.violation);
  CHECK(solution.report.certificate.decision_error == again.decision_error);
  CHECK(again.violation == Approx(solution.report.residual).margin(1e-12));
}

TEST_CASE("svm_certificate notices a step away from the optimum", "[solver]") {
  const Problem<double> problem;
  const SvmSolution solution = solve_c_svc(problem.K, problem.y, problem.C, {.tolerance = 1e-10});
  const Certificate optimal = problem.certificate(solution.beta, solution.bias);
  REQUIRE(optimal.gap <= 1e-7);
  // Two free variables move by +-step: the sum stays, and by K (e_i - e_j) the dual falls by
  // step^2 a_ij / 2 to first order nothing; the primal cannot fall below its optimum.
  std::vector<index_t> free;
  for (index_t i = 0; i < n && free.size() < 2; ++i) {
    const double alpha = problem.y(i) * solution.beta(i);
    if (alpha > 0.1 && alpha < 1.9) free.push_back(i);
  }
  REQUIRE(free.size() == 2);
  const arma::mat K = gram(Rbf(0.4), problem.X);
  const double a = 2 - 2 * K(free[0], free[1]), step = 0.05;
  Col<double> moved = solution.beta;
  moved(free[0]) += step;
  moved(free[1]) -= step;
  const Certificate own = problem.certificate(moved, solution.bias);
  CHECK(optimal.dual_objective - own.dual_objective == Approx(step * step * a / 2).epsilon(1e-4));
  CHECK(own.gap >= step * step * a / 2);
  CHECK(own.violation >= step * a * (1 - 1e-6));  // F_j - F_i = step a
  // w moves by step (phi_i - phi_j), of length step sqrt(a)
  const Col<double> change = K * (moved - solution.beta);
  CHECK(arma::abs(change).max() > optimal.decision_error);
  CHECK(own.decision_error >= step * std::sqrt(a));
  // A wrong bias costs primal objective only.
  const Certificate shifted = problem.certificate(solution.beta, solution.bias + 0.1);
  CHECK(shifted.dual_objective == optimal.dual_objective);
  CHECK(shifted.gap > 1e-3);
}

TEST_CASE("svm_certificate promises nothing for coefficients that are not feasible", "[solver]") {
  // Outside the constraints "dual <= optimum" does not hold: there is no bound to report.
  const Problem<double> problem;
  const SvmSolution solution = solve_c_svc(problem.K, problem.y, problem.C);
  const index_t support = arma::index_max(arma::abs(solution.beta));
  Col<double> beta = solution.beta;
  SECTION("a sum that is not 0") { beta(support) *= 0.9; }
  SECTION("alpha above C") {
    beta(support) += problem.y(support) * 0.1;
    beta(arma::index_min(problem.y(support) * solution.beta)) -= problem.y(support) * 0.1;
  }
  SECTION("alpha below 0") { beta *= -1; }
  const Certificate own = problem.certificate(beta, solution.bias);
  CHECK(own.dual_objective == -arma::datum::inf);
  CHECK(own.gap == arma::datum::inf);
  CHECK(own.violation == arma::datum::inf);
  CHECK(own.decision_error == arma::datum::inf);
  CHECK(std::isfinite(own.primal_objective));
}

TEST_CASE("svm_certificate of coefficients that are not numbers is no certificate", "[solver]") {
  const Problem<double> problem;
  Col<double> beta(n, arma::fill::zeros);
  beta(3) = arma::datum::nan;
  const Certificate own = problem.certificate(beta, 0);
  CHECK_FALSE(own.gap < arma::datum::inf);
  CHECK_FALSE(own.violation < arma::datum::inf);
  CHECK_FALSE(own.decision_error < arma::datum::inf);
  CHECK_FALSE(problem.certificate(Col<double>(n, arma::fill::zeros), arma::datum::nan).gap <
              arma::datum::inf);
}

TEST_CASE("the decision error knows the largest k(x, x) of the rows of the problem", "[solver]") {
  Problem<double> problem;
  const Col<double> beta(n, arma::fill::zeros);
  const arma::mat K = gram(Rbf(0.4), problem.X);
  const double plain =
      svm_certificate(problem.K, c_svc_dual(problem.y, problem.C), beta, 0.5).decision_error;
  REQUIRE(plain == std::sqrt(2.0 * n * (1 - 0.5 * arma::mean(problem.y))));
  const DenseGram<double> scaled(arma::mat(K * 9)), negative(arma::mat(K * -1));
  const SvmDual dual = c_svc_dual(problem.y, problem.C);
  CHECK(svm_certificate(scaled, dual, beta, 0.5).decision_error == 3 * plain);
  CHECK(std::isnan(svm_certificate(negative, dual, beta, 0.5).decision_error));
}

TEST_CASE("svm_certificate refuses sizes that do not fit", "[solver]") {
  const Problem<double> problem;
  const Col<double> none, full(n, arma::fill::zeros);
  REQUIRE_THROWS_WITH(svm_certificate(problem.K, c_svc_dual(problem.y, problem.C), none, 0),
                      "svm_certificate: beta must have 150 rows (one per variable), has 0");
}
