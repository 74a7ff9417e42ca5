#include "model/logistic_integral.hpp"

#include <cmath>
#include <numbers>

namespace mercer {
namespace {

double sigmoid(double z) {
  if (z >= 0) return 1 / (1 + std::exp(-z));
  const double e = std::exp(z);
  return e / (1 + e);
}

// Phi(z).
double normal_below(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

}  // namespace

// The trapezoidal rule, whose error for a step h falls as exp(-2 pi w / h), w being the distance of
// the integrand's nearest pole from the real axis (and as exp(-2 pi^2 / h^2) for the Gaussian).
//   deviation < 1: int sigma(mean + deviation t) phi(t) dt, poles beyond pi: h = 1/2;
//   else, by parts: int sigma'(u) Phi((mean - u) / deviation) du, poles at pi: h = 1/2. Its first
//   factor is below 1e-18 beyond 42.
double mean_sigmoid(double mean, double deviation) {
  constexpr double h = 0.5;
  double sum = 0;
  if (deviation < 1) {
    for (int k = -18; k <= 18; ++k) {
      const double t = h * k;
      sum += sigmoid(mean + deviation * t) * std::exp(-t * t / 2);
    }
    return sum * h / std::sqrt(2 * std::numbers::pi);
  }
  for (int k = -84; k <= 84; ++k) {
    const double u = h * k;
    sum += sigmoid(u) * sigmoid(-u) * normal_below((mean - u) / deviation);
  }
  return sum * h;
}

}  // namespace mercer
