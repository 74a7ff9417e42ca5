// The engine's promise for single entries: the bound in the report holds, floats give float
// accuracy, and neither a shift of the points nor near duplicates cost digits.
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "mercer/mercer.hpp"
#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/random_points.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

namespace {

struct Case {
  AnyKernel kernel;
  std::function<long double(const naive::Sums&)> exact;
};

// Every kernel with positive values and its formula; distances of d features are about 2 d.
std::vector<Case> positive_kernels(index_t d) {
  const double g = 1.0 / static_cast<double>(d);
  const double l = std::sqrt(static_cast<double>(d));
  using naive::Sums;
  return {
      {Rbf(3 * g), [=](const Sums& s) { return naive::rbf(s, 3 * g); }},
      {Matern12(l), [=](const Sums& s) { return naive::matern12(s, l); }},
      {Matern32(l), [=](const Sums& s) { return naive::matern32(s, l); }},
      {Matern52(l), [=](const Sums& s) { return naive::matern52(s, l); }},
      {RationalQuadratic(0.7, l),
       [=](const Sums& s) { return naive::rational_quadratic(s, 0.7, l); }},
      {RationalQuadratic(1.5, l),
       [=](const Sums& s) { return naive::rational_quadratic(s, 1.5, l); }},
      {Periodic(2 * l, 1.3), [=](const Sums& s) { return naive::periodic(s, 2 * l, 1.3); }},
      {Cauchy(l), [=](const Sums& s) { return naive::cauchy(s, l); }},
      {Laplacian(g), [=](const Sums& s) { return naive::laplacian(s, g); }},
      {ChiSquared(g), [=](const Sums& s) { return naive::chi_squared(s, g); }},
      {HistogramIntersection(), [](const Sums& s) { return naive::histogram_intersection(s); }},
      {0.3 * Rbf(g) * Matern52(l) + pow(Laplacian(g), 2),
       [=](const Sums& s) {
         const long double laplacian = naive::laplacian(s, g);
         return 0.3L * naive::rbf(s, g) * naive::matern52(s, l) + laplacian * laplacian;
       }},
      {Subset({0}, Rbf(g)) + Rbf(g),
       [](const Sums&) { return std::numeric_limits<long double>::quiet_NaN(); }},
  };
}

// The largest |K(i, j) - k| / k over all pairs.
template <class T>
long double largest_error(const Mat<T>& K, const Mat<T>& X, const Mat<T>& Y,
                          const std::function<long double(const naive::Sums&)>& exact) {
  long double largest = 0;
  for (index_t j = 0; j < Y.n_cols; ++j) {
    for (index_t i = 0; i < X.n_cols; ++i) {
      const long double k = exact(naive::sums(X.colptr(i), Y.colptr(j), X.n_rows));
      if (k < std::numeric_limits<T>::min()) continue;
      const long double error = std::abs(K(i, j) - k) / k;
      largest = error <= largest ? largest : error;  // NaN goes through
    }
  }
  return largest;
}

}  // namespace

TEMPLATE_TEST_CASE("a million random pairs keep the bound of the report", "[gram]", float, double) {
  using T = TestType;
  const Mat<T> X = arma::abs(random_points<T>(6, 1000, 1));
  const Mat<T> Y = arma::abs(random_points<T>(6, 1000, 2));
  const double gamma = 0.8;
  Mat<T> K;
  const Report report = gram_into(K, Rbf(gamma), X, Y);
  const long double error =
      largest_error<T>(K, X, Y, [=](const naive::Sums& s) { return naive::rbf(s, gamma); });
  CAPTURE(error, report.entry_error);
  REQUIRE(error <= report.entry_error);
  // A bound that says something: here the largest exponent is about 100.
  REQUIRE(report.entry_error <= 2000 * double(std::numeric_limits<T>::epsilon()));
}

TEMPLATE_TEST_CASE("all positive kernels keep the bound of the report", "[gram]", float, double) {
  using T = TestType;
  for (const index_t d : {1u, 40u, 90u}) {
    const Mat<T> X = arma::abs(random_points<T>(d, 110, 1));
    Mat<T> Y = arma::abs(random_points<T>(d, 100, 2));
    Y.head_cols(20) = X.head_cols(20);                                // duplicates
    Y.cols(20, 39) = X.cols(20, 39) * (1 + 8 * arma::Datum<T>::eps);  // and nearly
    for (const Case& c : positive_kernels(d)) {
      Mat<T> K;
      const Report report = gram_into(K, c.kernel, X, Y);
      CAPTURE(d, c.kernel->expression());
      REQUIRE(report.entry_error > 0);
      const long double k = c.exact(naive::sums(X.colptr(0), Y.colptr(50), d));
      if (std::isnan(k)) continue;  // no formula here
      REQUIRE(largest_error<T>(K, X, Y, c.exact) <= report.entry_error);
    }
  }
}

TEST_CASE("there is no bound where entries may cancel, or for functions that nobody knows",
          "[gram]") {
  const arma::mat X = random_points<double>(3, 10, 1);
  arma::mat K;
  for (const AnyKernel& kernel :
       std::vector<AnyKernel>{Linear(), Polynomial(2, 1, 1), Cosine(), Sigmoid(1, 0),
                              Rbf(1) + Linear(), Rbf(1) * Linear(), Ard({1, 2, 3}, Rbf(1)),
                              make_kernel<Statistic::dot>("own", [](auto s) { return s; })}) {
    CAPTURE(kernel->expression());
    REQUIRE(std::isnan(gram_into(K, kernel, X).entry_error));
  }
}

TEST_CASE("the bound goes into the reports of models", "[gram]") {
  const arma::mat X = random_points<double>(3, 40, 1);
  KernelRidge<double> ridge(Rbf(0.5), {.lambda = 1e-2});
  const double bound = ridge.fit(X, arma::mat(40, 1, arma::fill::ones)).entry_error;
  arma::mat K;
  REQUIRE(bound == gram_into(K, Rbf(0.5), X).entry_error);
  REQUIRE(bound > 0);
  REQUIRE(bound < 1e-12);
}

TEST_CASE("float points give float accuracy at any number of features", "[gram]") {
  for_each_simd_target([&](const std::string& target) {
    for (const index_t d : {1u, 4u, 16u, 64u, 143u, 159u, 160u, 256u, 784u}) {
      const arma::fmat normal = random_points<float>(d, d < 150 ? 200 : 100, 3);
      // Far from the origin, a distance is a small difference of large norms.
      for (const arma::fmat& X :
           {normal, arma::fmat(arma::abs(normal)), arma::fmat(0.5F * normal + 1)}) {
        const double largest_distance = static_cast<double>(
            arma::max(arma::vectorise(arma::sum(arma::square(X.each_col() - X.col(0))))));
        const double gamma = 28 / largest_distance;
        const arma::fmat K = gram(Rbf(gamma), X);
        long double largest = 0;
        for (index_t j = 0; j < X.n_cols; ++j) {
          for (index_t i = 0; i < X.n_cols; ++i) {
            const naive::Sums s = naive::sums(X.colptr(i), X.colptr(j), d);
            if (s.squared_distance * gamma >= 30) continue;
            const long double k = naive::rbf(s, gamma);
            largest = std::max(largest, std::abs(K(i, j) - k) / k);
          }
        }
        CAPTURE(target, d, double(X(0, 0)));
        REQUIRE(largest <= 4e-6L);
      }
    }
  });
}

TEMPLATE_TEST_CASE("a shift of all points by 1e6 leaves distance kernels as they were", "[gram]",
                   float, double) {
  using T = TestType;
  // On a grid on which the shift is exact.
  const T grid = std::is_same_v<T, double> ? T(0x1p-24) : T(0x1p-3);
  for (const index_t d : {3u, 70u}) {
    const Mat<T> X = arma::round(random_points<T>(d, 300, 4) / grid) * grid;
    const Mat<T> shifted = X + T(1e6);
    for (const AnyKernel& kernel :
         std::vector<AnyKernel>{Rbf(0.4 / double(d)), Matern52(3), Laplacian(0.1)}) {
      CAPTURE(d, kernel->expression());
      Mat<T> K, moved;
      const double bound = gram_into(K, kernel, X).entry_error;
      const double bound_moved = gram_into(moved, kernel, shifted).entry_error;
      REQUIRE(bound_moved <= 1.001 * bound);  // no worse for being far away
      REQUIRE(arma::all(arma::vectorise(arma::abs(moved - K) <= T(2 * bound) * K)));
    }
  }
}

TEMPLATE_TEST_CASE("rbf values are in the unit interval, exactly 1 on the diagonal", "[gram]",
                   float, double) {
  using T = TestType;
  for (const index_t d : {2u, 64u}) {
    Mat<T> X = random_points<T>(d, 300, 5);
    for (index_t j = 100; j < 300; ++j) X.col(j) = X.col(j % 100);
    for (index_t j = 200; j < 300; ++j) X.col(j) *= 1 + arma::Datum<T>::eps;
    const Mat<T> K = gram(Rbf(0.01), X);
    REQUIRE(K.min() >= 0);
    REQUIRE(K.max() <= 1);
    REQUIRE(arma::all(Col<T>(K.diag()) == 1));
    REQUIRE(K(0, 100) == 1);
  }
}
