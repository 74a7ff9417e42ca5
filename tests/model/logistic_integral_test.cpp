#include "model/logistic_integral.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "support/catch.hpp"

using namespace mercer;

namespace {

// The defining integral in long double, by 200000 steps.
long double integral(long double mean, long double deviation) {
  const int steps = 100000;
  const long double h = 14.0L / steps;
  long double sum = 0;
  for (int k = -steps; k <= steps; ++k) {
    const long double t = h * k;
    sum += std::exp(-t * t / 2) / (1 + std::exp(-(mean + deviation * t)));
  }
  return sum * h / std::sqrt(2 * std::numbers::pi_v<long double>);
}

}  // namespace

TEST_CASE("the mean of the logistic function is its integral in long double", "[model][logistic]") {
  for (const double mean : {0.3, -2.0, 1.5, -9.0, 25.0, -40.0}) {
    for (const double deviation : {0.01, 0.5, 0.99, 1.0, 1.01, 2.0, 7.5, 100.0}) {
      CAPTURE(mean, deviation);
      const double expected = static_cast<double>(integral(mean, deviation));
      CHECK(std::abs(mean_sigmoid(mean, deviation) - expected) <= 2e-15 + 1e-13 * expected);
    }
  }
}

TEST_CASE("the mean of the logistic function at its ends", "[model][logistic]") {
  CHECK(mean_sigmoid(1.7, 0) == Approx(1 / (1 + std::exp(-1.7))).epsilon(1e-15));
  for (const double s : {0.0, 0.3, 1.0, 50.0}) {
    CHECK(mean_sigmoid(0, s) == Approx(0.5).epsilon(1e-14));
    CHECK(mean_sigmoid(2, s) + mean_sigmoid(-2, s) == Approx(1).epsilon(1e-14));
  }
  CHECK(mean_sigmoid(1e4, 10) == Approx(1).epsilon(1e-15));
  CHECK(std::isnan(mean_sigmoid(std::numeric_limits<double>::quiet_NaN(), 1)));
}
