#include <cmath>

#include "image/convolution_reference.hpp"
#include "image/exponential_sum.hpp"
#include "mercer/image/gaussian_filter.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

// What the header of FilterMethod states, by order.
constexpr double stated[] = {2e-9, 4e-8, 2e-6, 2e-5, 4e-4};

double weight(const ExponentialSum& sum, int m) {
  if (m == 0) return sum.centre;
  double w = 0;
  for (std::size_t k = 0; k < exponentials; ++k) {
    w += (sum.gains[k] * std::pow(sum.roots[k], m)).real();
  }
  return w;
}

// The polynomial of the k-th derivative of exp(-x^2 / 2), in long double.
long double derivative(long double x, int order) {
  const long double g = std::exp(-x * x / 2);
  switch (order) {
    case 0:
      return g;
    case 1:
      return -x * g;
    case 2:
      return (x * x - 1) * g;
    case 3:
      return (3 * x - x * x * x) * g;
    default:
      return (x * x * x * x - 6 * x * x + 3) * g;
  }
}

}  // namespace

TEST_CASE("sums of exponentials are sampled Gaussians to the stated error", "[image]") {
  for (const double sigma : {0.5, 1.0, 2.0, 7.5, 60.0, 1000.0}) {
    const int reach = static_cast<int>(13 * sigma) + 2;
    long double mass = 1;
    for (int m = 1; m <= reach; ++m) mass += 2 * derivative(m / static_cast<long double>(sigma), 0);
    for (int order = 0; order <= 4; ++order) {
      const ExponentialSum sum = exponential_sum(sigma, order);
      const auto scale = std::pow(static_cast<long double>(sigma), order);
      long double error = 0, total = 0;
      for (int m = 0; m <= reach; ++m) {
        const long double truth =
            derivative(m / static_cast<long double>(sigma), order) / (mass * scale);
        const double ours = weight(sum, m);
        error += (m == 0 ? 1 : 2) * std::abs(ours - truth);
        total += (m == 0 ? 1 : 2) * ours;
      }
      INFO("sigma " << sigma << ", order " << order);
      CHECK(static_cast<double>(error * scale) <= stated[order]);
      if (order == 0)
        CHECK(std::abs(static_cast<double>(total) - 1) < 1e-13 * std::max(1.0, sigma / 10));
    }
  }
}

TEMPLATE_TEST_CASE("recursions smooth as windows without an end do", "[image]", double, float) {
  const double rounding = std::is_same_v<TestType, double> ? 1e-13 : 3e-7;
  for (const std::array<index_t, 2> shape :
       {std::array<index_t, 2>{1, 1}, {1, 9}, {2, 3}, {45, 37}, {300, 17}}) {
    const Mat<TestType> image = normal_matrix<TestType>(shape[0], shape[1], 3);
    const double largest = static_cast<double>(arma::abs(image).max());
    for (const Boundary boundary : {Boundary::reflect, Boundary::mirror, Boundary::nearest,
                                    Boundary::wrap, Boundary::constant}) {
      for (const double sigma : {0.6, 2.0, 11.0}) {
        for (int order = 0; order <= 4; ++order) {
          const std::array<int, 3> orders = {order, order == 2 ? 1 : 0, 0};
          const auto radius = static_cast<index_t>(12 * sigma) + 1;
          const auto window = [&](int k) {
            return gaussian_window(2 * radius + 1, sigma, Discretisation::sampled, {.order = k});
          };
          const test::LongMatrix truth =
              test::convolved(image, window(orders[0]), window(orders[1]), boundary, 0.5);
          const Mat<TestType> ours = gaussian_filter(image, sigma,
                                                     {.method = FilterMethod::recursive,
                                                      .order = orders,
                                                      .boundary = boundary,
                                                      .constant = 0.5});
          const long double worst = test::largest_difference(ours, truth);
          const double scale = std::pow(sigma, orders[0] + orders[1]);
          // Each axis has its own error, and multiplies that of the other by at most its own sum.
          const double allowed = 3 * (stated[orders[0]] + stated[orders[1]]) + 100 * rounding;
          INFO(shape[0] << " x " << shape[1] << ", sigma " << sigma << ", order " << order
                        << ", boundary " << static_cast<int>(boundary));
          CHECK(static_cast<double>(worst) * scale <= allowed * std::max(largest, 0.5));
        }
      }
    }
  }
}

TEST_CASE("recursions keep a constant, whatever sigma", "[image]") {
  const arma::mat image(50, 60, arma::fill::value(3.5));
  for (const double sigma : {0.3, 5.0, 300.0, 1e4, 1e6}) {
    for (const Boundary boundary :
         {Boundary::reflect, Boundary::mirror, Boundary::nearest, Boundary::wrap}) {
      INFO("sigma " << sigma << ", boundary " << static_cast<int>(boundary));
      const arma::mat smooth =
          gaussian_filter(image, sigma, {.method = FilterMethod::recursive, .boundary = boundary});
      CHECK(arma::abs(smooth - 3.5).max() < 1e-12 * std::max(1.0, sigma / 10));
      const arma::mat second = gaussian_filter(
          image, sigma,
          {.method = FilterMethod::recursive, .order = {2, 0, 0}, .boundary = boundary});
      if (sigma < 1) continue;  // where samples of the second derivative do not sum to 0
      CHECK(arma::abs(second).max() * sigma * sigma < 1e-11 * std::max(1.0, sigma / 10));
    }
  }
}

TEST_CASE("every instruction set recurs alike", "[image]") {
  const arma::mat image = normal_matrix<double>(45, 37, 8);
  const GaussianFilterOptions recursive{.method = FilterMethod::recursive};
  const arma::mat expected = gaussian_filter(image, 4, {.truncate = 12});
  for_each_simd_target([&](const std::string& name) {
    INFO(name);
    CHECK(arma::abs(gaussian_filter(image, 4, recursive) - expected).max() < 2e-8);
  });
}
