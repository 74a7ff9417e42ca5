#include <cmath>
#include <numbers>

#include "image/half_window.hpp"

namespace mercer::detail {
namespace {

constexpr long double inverse_root_two_pi =
    std::numbers::inv_sqrtpi_v<long double> / std::numbers::sqrt2_v<long double>;

// The probability of [low, high], in units of sigma. Upper tails, so that far cells keep their
// digits; a cell around 0 has low = -high.
long double probability(long double low, long double high) {
  constexpr long double root_two = std::numbers::sqrt2_v<long double>;
  if (low < 0) return std::erf(high / root_two);
  return (std::erfc(low / root_two) - std::erfc(high / root_two)) / 2;
}

// The derivative of the given order of the density at u = x / sigma, by x.
long double density(int order, long double u, long double sigma) {
  return std::exp(-u * u / 2) * hermite(order, u) * std::pow(-1 / sigma, order) *
         (inverse_root_two_pi / sigma);
}

// Differences of what lies at the two ends of a cell. They lose log2(sigma) bits.
HalfWindow by_differences(index_t size, long double sigma, int order) {
  HalfWindow half{std::vector<long double>(half_size(size)), 0, 1};
  const long double first = first_cell(size);
  for (index_t k = 0; k < half.values.size(); ++k) {
    const long double x = first + static_cast<long double>(k);
    const long double low = (x - 0.5L) / sigma, high = (x + 0.5L) / sigma;
    const long double mass = probability(low, high);
    half.mass += (x == 0 ? 1 : 2) * mass;
    half.values[k] =
        order == 0 ? mass : density(order - 1, high, sigma) - density(order - 1, low, sigma);
  }
  return half;
}

// The integral over the cell of the Taylor series around its centre, h = 1 / sigma:
//   (-h)^k sum_j (h/2)^(2j) / (2j + 1)! He_{2j+k}(u) exp(-u^2 / 2), times h / sqrt(2 pi).
long double cell_series(int order, long double u, long double h) {
  long double before = hermite(order, u), value = hermite(order + 1, u);
  long double sum = 0, coefficient = 1;
  for (int degree = order, j = 0; j < 10; ++j, degree += 2) {
    sum += coefficient * before;
    coefficient *= h * h / 4 / ((2 * j + 2) * (2 * j + 3));
    before = u * value - (degree + 1) * before;
    value = u * before - (degree + 2) * value;
  }
  return sum * std::pow(-h, order) * std::exp(-u * u / 2);
}

HalfWindow by_series(index_t size, long double sigma, int order) {
  HalfWindow half{std::vector<long double>(half_size(size)), 0, inverse_root_two_pi / sigma};
  const long double first = first_cell(size);
  for (index_t k = 0; k < half.values.size(); ++k) {
    const long double x = first + static_cast<long double>(k);
    const long double mass = cell_series(0, x / sigma, 1 / sigma);
    half.mass += (x == 0 ? 1 : 2) * mass;
    half.values[k] = order == 0 ? mass : cell_series(order, x / sigma, 1 / sigma);
  }
  return half;
}

}  // namespace

HalfWindow integrated_half(index_t size, long double sigma, int order) {
  // From here on six of the eleven spare bits of a long double would be lost to differences. Ten
  // terms of the series are enough: out to 39 sigma they shrink like 0.3^(2j) / (2j + 1)!.
  constexpr long double smooth = 64;
  return sigma < smooth ? by_differences(size, sigma, order) : by_series(size, sigma, order);
}

}  // namespace mercer::detail
