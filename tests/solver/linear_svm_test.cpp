#include "mercer/solver/linear_svm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::constant;
using test::noisy_signs;
using test::normal_matrix;
using test::same_bits;

namespace {

std::vector<index_t> all(index_t n) {
  std::vector<index_t> out(n);
  std::iota(out.begin(), out.end(), index_t{0});
  return out;
}

// max sum(alpha) - 1/2 alpha' Q alpha over 0 <= alpha <= C, by trying each variable at its lower
// bound, at its upper bound and free.
double best_dual(const arma::mat& Q, const arma::vec& C) {
  const index_t n = C.n_elem;
  index_t patterns = 1;
  for (index_t i = 0; i < n; ++i) patterns *= 3;
  double best = 0;
  for (index_t pattern = 0; pattern < patterns; ++pattern) {
    arma::vec alpha(n, arma::fill::zeros);
    std::vector<index_t> free;
    for (index_t i = 0, code = pattern; i < n; ++i, code /= 3) {
      if (code % 3 == 1) alpha(i) = C(i);
      if (code % 3 == 2) free.push_back(i);
    }
    if (!free.empty()) {
      const arma::uvec at(free);
      arma::vec solution;
      const arma::vec right = (1 - Q * alpha).eval().elem(at);
      if (!arma::solve(solution, Q.submat(at, at), right, arma::solve_opts::no_approx)) continue;
      alpha.elem(at) = solution;
    }
    if (arma::any(alpha < -1e-14) || arma::any(alpha > C + 1e-14)) continue;
    best = std::max(best, arma::accu(alpha) - arma::dot(alpha, Q * alpha) / 2);
  }
  return best;
}

}  // namespace

TEST_CASE("solve_linear_svm finds the optimum of tiny problems", "[solver]") {
  const std::uint64_t seed = GENERATE(range(1, 26));
  CAPTURE(seed);
  Random random(seed, 950);
  const index_t n = 2 + random.below(5);
  const double B = random.uniform() < 0.3 ? 0 : 2 * random.uniform();
  const arma::mat Z = normal_matrix<double>(3, n, seed);
  Col<double> y(n), C(n);
  for (index_t i = 0; i < n; ++i) {
    y(i) = random.uniform() < 0.5 ? 1 : -1;
    C(i) = random.uniform() < 0.2 ? 0 : 0.1 + 3 * random.uniform();
  }
  const auto own = solve_linear_svm(Z, all(n), y, C, {.relative_gap = 1e-10, .bias_feature = B});
  REQUIRE(own.report.status == Status::converged);
  const double best = best_dual((Z.t() * Z + B * B) % (y * y.t()), C);
  CHECK(own.report.certificate.dual_objective == Approx(best).epsilon(1e-8).margin(1e-12));
  CHECK(own.report.certificate.primal_objective == Approx(best).epsilon(1e-8).margin(1e-12));
}

TEMPLATE_TEST_CASE("the certificate of solve_linear_svm has the values of the direct sums",
                   "[solver]", float, double) {
  using T = TestType;
  const index_t n = 400, r = GENERATE(1, 8, 21);
  const double C_value = GENERATE(0.05, 5.0), B = GENERATE(0.0, 3.0);
  CAPTURE(r, C_value, B);
  const Mat<T> Z = normal_matrix<T>(r, n, 951);
  const Col<double> y =
      r > 1 ? noisy_signs(Z, 952) : noisy_signs(normal_matrix<double>(2, n, 951), 952);
  const Col<double> C = constant(n, C_value);
  const auto own = solve_linear_svm(Z, all(n), y, C, {.relative_gap = 1e-4, .bias_feature = B});
  REQUIRE(own.report.status == Status::converged);
  const Certificate& certificate = own.report.certificate;
  const arma::mat z = arma::conv_to<arma::mat>::from(Z);
  const arma::vec weighted = own.alpha % y;
  CHECK(arma::abs(z * weighted - own.w).max() <= 1e-11 * C_value * n);
  CHECK(own.bias == Approx(B * B * arma::accu(weighted)).margin(1e-10));
  const arma::vec f = z.t() * own.w + own.bias;
  const double norm = arma::dot(own.w, own.w) + (B > 0 ? own.bias * own.bias / (B * B) : 0);
  double primal = norm / 2;
  for (index_t i = 0; i < n; ++i) primal += C_value * std::max(0.0, 1 - y(i) * f(i));
  const double dual = arma::accu(own.alpha) - norm / 2;
  CHECK(certificate.primal_objective == Approx(primal).epsilon(1e-11));
  CHECK(certificate.dual_objective == Approx(dual).epsilon(1e-11));
  CHECK(certificate.gap == Approx(primal - dual).margin(1e-10 * primal));
  CHECK(certificate.gap <= 1.001e-4 * dual);
  CHECK(own.report.residual == Approx(certificate.gap / dual).margin(1e-12));
  CHECK(own.alpha.min() >= 0);
  CHECK(own.alpha.max() <= C_value);

  // the bound on decision values, bias included, against a better solution
  const auto loose = solve_linear_svm(Z, all(n), y, C, {.relative_gap = 0.03, .bias_feature = B});
  const arma::vec error = z.t() * (loose.w - own.w) + (loose.bias - own.bias);
  const double bound = loose.report.certificate.decision_error;
  CHECK(arma::abs(error).max() <= bound + certificate.decision_error);
  CHECK(loose.report.certificate.gap >= certificate.gap);
}

TEST_CASE("linear_svm_certificate notices changes", "[solver]") {
  const index_t n = 200;
  const arma::mat Z = normal_matrix<double>(4, n, 953);
  const Col<double> y = noisy_signs(Z, 954), C = constant(n, 1);
  const auto own = solve_linear_svm(Z, all(n), y, C, {.relative_gap = 1e-9});
  REQUIRE(own.report);
  const auto certificate = [&](const Col<double>& alpha) {
    return linear_svm_certificate(Z, all(n), y, C, 1, alpha);
  };
  CHECK(certificate(own.alpha).gap == own.report.certificate.gap);
  const index_t free = arma::index_min(arma::abs(own.alpha - 0.5));
  REQUIRE(std::abs(own.alpha(free) - 0.5) < 0.4);
  Col<double> moved = own.alpha;
  moved(free) += 0.05;
  const double curvature = arma::dot(Z.col(free), Z.col(free)) + 1;
  CHECK(certificate(moved).gap >= 0.05 * 0.05 * curvature / 2);
  CHECK(certificate(moved).violation >= 0.05 * curvature * (1 - 1e-3));
  for (const double outside : {-0.01, 1.01}) {
    moved(free) = outside;
    CHECK(certificate(moved).gap == arma::datum::inf);
    CHECK(certificate(moved).dual_objective == -arma::datum::inf);
    CHECK(certificate(moved).decision_error == arma::datum::inf);
  }
}

TEST_CASE("points that are chosen are as a matrix of their own", "[solver]") {
  const arma::mat Z = normal_matrix<double>(5, 300, 955);
  const std::vector<index_t> chosen = test::random_indices(120, 300, 956);
  const arma::mat part = Z.cols(arma::uvec(chosen));
  const Col<double> y = noisy_signs(part, 957), C = constant(120, 2);
  const auto own = solve_linear_svm(Z, chosen, y, C),
             other = solve_linear_svm(part, all(120), y, C);
  CHECK(same_bits(own.w, other.w));
  CHECK(same_bits(own.alpha, other.alpha));
  CHECK(own.bias == other.bias);
  CHECK_FALSE(same_bits(own.alpha, solve_linear_svm(Z, chosen, y, C, {.seed = 2}).alpha));
}

TEST_CASE("solve_linear_svm takes points at the origin, bounds of 0, limits and stops",
          "[solver]") {
  const arma::mat zeros(3, 4, arma::fill::zeros);
  const Col<double> y = {1, -1, 1, 1};
  const auto origin = solve_linear_svm(zeros, all(4), y, constant(4, 2), {.bias_feature = 0});
  CHECK(origin.report.status == Status::converged);
  CHECK(origin.report.certificate.primal_objective == 8);  // f = 0: slack 1, four times C
  CHECK(origin.report.certificate.dual_objective == 8);
  const auto none = solve_linear_svm(zeros, all(4), y, constant(4, 0));
  CHECK(none.report.status == Status::converged);
  CHECK(none.report.certificate.gap == 0);

  const arma::mat Z = normal_matrix<double>(4, 200, 958);
  const Col<double> labels = noisy_signs(Z, 959), C = constant(200, 100);
  const auto short_run =
      solve_linear_svm(Z, all(200), labels, C, {.relative_gap = 1e-12, .max_epochs = 3});
  CHECK(short_run.report.status == Status::iteration_limit);
  CHECK(short_run.report.iterations == 3);
  CHECK(short_run.report.certificate.gap < arma::datum::inf);
  CHECK_FALSE(short_run.report.message.empty());
  int calls = 0;
  const auto stopped = solve_linear_svm(Z, all(200), labels, C,
                                        {.relative_gap = 1e-12, .progress = [&](const Progress&) {
                                           return ++calls < 3 ? Continue::yes : Continue::no;
                                         }});
  CHECK(stopped.report.status == Status::stopped);
  CHECK(stopped.report.iterations == 2);
}

TEST_CASE("solve_linear_svm refuses what does not fit", "[solver]") {
  arma::mat Z = normal_matrix<double>(4, 10, 960);
  const Col<double> y = constant(10, 1), C = constant(10, 1);
  REQUIRE_THROWS_WITH(solve_linear_svm(Z, all(11), constant(11, 1), constant(11, 1)),
                      "solve_linear_svm: points must be below 10, one is 10");
  REQUIRE_THROWS_WITH(solve_linear_svm(Z, all(10), constant(9, 1), C),
                      "solve_linear_svm: y must have 10 rows (one per point used), has 9");
  REQUIRE_THROWS_WITH(solve_linear_svm(Z, all(10), constant(10, 0.5), C),
                      "solve_linear_svm: a label must be +1 or -1, is 0.5");
  REQUIRE_THROWS_WITH(solve_linear_svm(Z, all(10), y, constant(10, -1)),
                      "solve_linear_svm: a bound C must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(solve_linear_svm(Z, all(10), y, C, {.bias_feature = -1}),
                      "solve_linear_svm: bias_feature must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(solve_linear_svm(Z, all(10), y, C, {.relative_gap = 0}),
                      "solve_linear_svm: relative_gap must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(
      linear_svm_certificate(Z, all(10), y, C, 1, constant(9, 0)),
      "linear_svm_certificate: alpha must have 10 rows (one per point used), has 9");
  Z(2, 7) = arma::datum::nan;
  REQUIRE_THROWS_WITH(solve_linear_svm(Z, all(10), y, C),
                      "solve_linear_svm: Z must be finite, the squares of column 7 sum to nan");
}
