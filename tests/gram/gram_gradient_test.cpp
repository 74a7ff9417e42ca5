// Against sums in long double of the derivatives of every kernel, those by formula being checked
// against central differences of the values themselves.
#include "mercer/gram/gram_gradient.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/kernel/chi_squared.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/cosine.hpp"
#include "mercer/kernel/fixed.hpp"
#include "mercer/kernel/histogram_intersection.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/periodic.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rational_quadratic.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/sigmoid.hpp"
#include "mercer/kernel/subset.hpp"
#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/random_points.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

arma::mat symmetric_weights(index_t n) {
  const arma::mat A = random_points<double>(n, n, 77);
  return A + A.t();
}

// sum_ij M_ij K_ij, the products in long double.
long double weighted(const Kernel& kernel, const arma::mat& X, const arma::mat& M) {
  const arma::mat K = gram(kernel, X, {.threads = 1});
  long double sum = 0;
  for (index_t k = 0; k < K.n_elem; ++k) sum += static_cast<long double>(M[k]) * K[k];
  return sum;
}

// Central differences in theta_p with an error of h^4: the step balances it with rounding.
double difference(const Kernel& kernel, const arma::mat& X, const arma::mat& M, std::size_t p) {
  const double h = 3e-4;
  const auto at = [&](double shift) {
    std::vector<double> theta = kernel.theta();
    theta[p] += shift;
    return weighted(*kernel.with_theta(theta), X, M);
  };
  return static_cast<double>((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h));
}

const std::vector<AnyKernel>& kernels() {
  static const std::vector<double> weights = {0.5, 1.5, 0.8, 1.1};
  static const std::vector<AnyKernel> all = {
      Linear(),
      Polynomial(3, 0.3, 1.1),
      Sigmoid(0.3, -0.2),
      Rbf(0.3),
      Laplacian(0.3),
      Matern12(1.3),
      Matern32(1.3),
      Matern52(1.3),
      RationalQuadratic(0.8, 1.3),
      Periodic(2.7, 0.9),
      Cosine(),
      Cauchy(0.7),
      ChiSquared(0.7),
      HistogramIntersection(),
      2.5 * Rbf(0.3) + 0.5 * Linear(),
      (Rbf(0.3) + Matern32(0.9)) * RationalQuadratic(1.5, 2.0),
      pow(0.5 * Rbf(0.2) + Linear(), 3),
      pow(Matern52(1.2), 1),
      Subset({2, 0}, Matern52(0.8)) * Subset({1}, Periodic(3, 1)),
      Ard(weights, Linear()),
      Ard(weights, Polynomial(2, 0.3, 1.1)),
      Ard(weights, Rbf(0.3)),
      Ard(weights, fixed(Rbf(0.5))),
      Ard(weights, Laplacian(0.3)),
      Ard(weights, Matern12(1.3)),
      Ard(weights, Matern32(1.3)),
      Ard(weights, RationalQuadratic(0.8, 1.3)),
      Ard(weights, Cosine()),
      Ard(weights, ChiSquared(0.7)),
      Ard(weights, HistogramIntersection()),
      3.0 * Ard(weights, pow(0.7 * Rbf(0.3) + Linear() * Matern52(2), 2)),
      Ard(weights, Subset({3, 1}, Ard({0.9, 1.2}, Rbf(0.4))) + Cauchy(2)),
      fixed(Ard(weights, Rbf(0.3))) * Ard(weights, Matern32(2)),
  };
  return all;
}

}  // namespace

TEST_CASE("gradients of every kernel equal central differences", "[gram][gradient]") {
  const arma::mat X = arma::abs(random_points<double>(4, 60, 1));
  const arma::mat M = symmetric_weights(60);
  for (const Kernel& kernel : kernels()) {
    CAPTURE(kernel.expression());
    const std::vector<double> gradient = gram_gradient(kernel, X, M);
    REQUIRE(gradient.size() == kernel.theta().size());
    REQUIRE(gradient.size() == kernel.theta_names().size());
    const double size = arma::accu(arma::abs(M % gram(kernel, X)));
    for (std::size_t p = 0; p < gradient.size(); ++p) {
      CAPTURE(p, kernel.theta_names()[p]);
      CHECK(std::abs(gradient[p] - difference(kernel, X, M, p)) <= 1e-10 * size);
    }
  }
}

TEST_CASE("gradients in ARD weights equal sums in long double", "[gram][gradient]") {
  // Far from the origin, where norms and products would cancel.
  const index_t d = 3;
  const index_t n = 300;
  arma::mat X = random_points<double>(d, n, 2);
  X += 1e6;
  X.col(7) = X.col(290);
  const std::vector<double> weights = {0.4, 1.7, 0.9};
  const arma::mat M = arma::abs(symmetric_weights(n));
  for_each_simd_target([&](const std::string& target) {
    CAPTURE(target);
    const std::vector<double> gradient = gram_gradient(Ard(weights, Matern32(1.3)), X, M);
    for (index_t k = 0; k < d; ++k) {
      long double exact = 0;
      for (index_t j = 0; j < n; ++j) {
        for (index_t i = 0; i < n; ++i) {
          long double s = 0;
          for (index_t f = 0; f < d; ++f) {
            // The weighted points are rounded before anything else.
            const long double difference =
                static_cast<long double>(weights[f] * X(f, i)) - weights[f] * X(f, j);
            s += difference * difference;
          }
          const long double in_k =
              static_cast<long double>(weights[k] * X(k, i)) - weights[k] * X(k, j);
          const long double rate = std::sqrt(3.0L) / 1.3L;
          exact -= M(i, j) * rate * rate * std::exp(-rate * std::sqrt(s)) * in_k * in_k;
        }
      }
      CHECK(std::abs(static_cast<long double>(gradient[k]) / exact - 1) < 1e-13L);
    }
  });
}

TEST_CASE("gradients are the same bits for any number of threads, sparse points too",
          "[gram][gradient]") {
  arma::mat X = random_points<double>(4, 530, 3);
  X.elem(arma::find(X < 0.3)).zeros();
  const arma::sp_mat S(X);
  const arma::mat M = symmetric_weights(530);
  const Ard inner({1, 2, 0.5, 0.25}, Rbf(0.3) + Laplacian(0.2));
  const AnyKernel kernel = 2.0 * inner * RationalQuadratic(2, 1.5);
  const std::vector<double> one = gram_gradient(kernel, X, M, {.threads = 1});
  for (const int threads : {2, 3, 5}) {
    CHECK(gram_gradient(kernel, X, M, {.threads = threads}) == one);
  }
  const std::vector<double> sparse =
      gram_gradient(kernel, Points<double>(S), [&](Range rows, Range cols, Tile<double> out) {
        for (index_t j = 0; j < cols.size(); ++j) {
          for (index_t i = 0; i < rows.size(); ++i) {
            out.column(j)[i] = M(rows.begin + i, cols.begin + j);
          }
        }
      });
  for (std::size_t p = 0; p < one.size(); ++p) CHECK(sparse[p] == Approx(one[p]).epsilon(1e-12));
}

TEST_CASE("gradients of no points, of one and across tiles", "[gram][gradient]") {
  const AnyKernel kernel = 2.0 * Rbf(0.3);
  for (const index_t n : {0, 1, 255, 256, 257, 513}) {
    CAPTURE(n);
    const arma::mat X = random_points<double>(2, n, 4);
    const arma::mat M = symmetric_weights(n);
    const std::vector<double> gradient = gram_gradient(kernel, X, M);
    // The derivative in the logarithm of a factor is the sum itself.
    const double sum = static_cast<double>(weighted(kernel, X, M));
    CHECK(gradient[0] == Approx(sum).epsilon(1e-12).margin(1e-12));
  }
}

TEST_CASE("gradients refuse what has no derivatives, and bad shapes", "[gram][gradient]") {
  const auto inverse = make_kernel<Statistic::squared_distance>(
      "inverse", [](auto s) { return 1 / std::sqrt(1 + s); });
  const arma::mat X = random_points<double>(2, 5, 5);
  const arma::mat M = symmetric_weights(5);
  CHECK(gram_gradient(inverse, X, M).empty());
  CHECK(gram_gradient(3.0 * inverse, X, M).size() == 1);
  CHECK_THROWS_WITH(gram_gradient(Ard({1, 2}, inverse), X, M),
                    "function:inverse has no derivatives: its class needs the member "
                    "`derivatives`, see PairwiseKernel");
  CHECK_THROWS_WITH(gram_gradient(Rbf(1), X, symmetric_weights(4)),
                    "gram_gradient: M must have 5 rows (one per point), has 4");
  arma::mat bad = X;
  bad(1, 3) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(gram_gradient(Rbf(1), bad, M), std::invalid_argument);
}
