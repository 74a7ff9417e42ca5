#include "mercer/image/gaussian_features.hpp"

#include <cmath>
#include <numbers>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;
using test::normal_matrix;

namespace {

// exp(-|x - c|^2 / (2 s^2)): smoothed with sigma, its variance is s^2 + sigma^2.
arma::mat blob(double s) {
  arma::mat image(101, 101);
  for (index_t j = 0; j < 101; ++j) {
    for (index_t i = 0; i < 101; ++i) {
      const double x = static_cast<double>(i) - 50, y = static_cast<double>(j) - 50;
      image(i, j) = std::exp(-(x * x + y * y) / (2 * s * s));
    }
  }
  return image;
}

// Its height at a distance r from the centre, after smoothing.
double height(double s, double sigma, double r) {
  const double variance = s * s + sigma * sigma;
  return s * s / variance * std::exp(-r * r / (2 * variance));
}

}  // namespace

TEST_CASE("of a Gaussian blob the features are known", "[image]") {
  constexpr double s = 4, sigma = 3;
  constexpr double v = s * s + sigma * sigma;
  const GaussianFilterOptions far{.truncate = 9};
  const arma::mat image = blob(s);
  const arma::mat laplacian = laplacian_of_gaussian(image, sigma, far);
  CHECK(laplacian(50, 50) == Approx(-2 / v * height(s, sigma, 0)).epsilon(1e-10));
  CHECK(laplacian(50, 60) == Approx((100 / (v * v) - 2 / v) * height(s, sigma, 10)).epsilon(1e-9));
  const arma::mat gradient = gaussian_gradient_magnitude(image, sigma, far);
  CHECK(gradient(50, 50) < 1e-15);
  CHECK(gradient(46, 53) == Approx(5 / v * height(s, sigma, 5)).epsilon(1e-10));
  const arma::mat difference = difference_of_gaussians(image, sigma, 1.6 * sigma, far);
  CHECK(difference(47, 54) ==
        Approx(height(s, sigma, 5) - height(s, 1.6 * sigma, 5)).epsilon(1e-9));
  const arma::fmat floats = arma::conv_to<arma::fmat>::from(image);
  CHECK(laplacian_of_gaussian(floats, sigma)(50, 50) ==
        Approx(-2 / v * height(s, sigma, 0)).epsilon(1e-3));
}

TEST_CASE("wrong arguments of features are named", "[image]") {
  const arma::mat image = normal_matrix<double>(8, 9, 1);
  CHECK_THROWS_WITH(difference_of_gaussians(image, 2, 2),
                    "difference_of_gaussians: larger must be above sigma (2), is 2");
  CHECK_THROWS_WITH(difference_of_gaussians(image, 0, 2),
                    "difference_of_gaussians: sigma must be finite and positive, is 0");
  CHECK_THROWS_WITH(laplacian_of_gaussian(image, -1),
                    "laplacian_of_gaussian: sigma must be finite and positive, is -1");
  CHECK_THROWS_WITH(gaussian_gradient_magnitude(image, 1, {.order = {1, 0, 0}}),
                    "gaussian_gradient_magnitude: order must be left at 0");
}
