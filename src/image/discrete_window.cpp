#include <algorithm>
#include <cmath>

#include "image/debye_series.hpp"
#include "image/half_window.hpp"

namespace mercer::detail {
namespace {

// Weights g(n) = exp(-t) I_n(t) for n = 0 .. count - 1, by Miller's algorithm in ratios:
//   r(n) = I_n / I_{n-1} = 1 / (2n/t + r(n + 1)),   sum_n g(n) = 1 over all integers n.
// Source: Gautschi, Computational aspects of three-term recurrence relations, SIAM Review 9, 1967.
std::vector<long double> by_ratios(index_t count, long double t) {
  std::vector<long double> g(count);
  const auto last = static_cast<long double>(count);
  // Beyond the start the squared ratios multiply to less than exp(-100).
  auto n = static_cast<index_t>(std::sqrt(last * last + 100 * t)) + 30;
  long double ratio = 0, tail = 0;  // tail = sum of I_j / I_{n-1} over j >= n
  for (; n >= 1; --n) {
    ratio = 1 / (2 * static_cast<long double>(n) / t + ratio);
    tail = ratio * (1 + tail);
    if (n < count) g[n] = ratio;
  }
  g[0] = 1 / (1 + 2 * tail);
  for (n = 1; n < count; ++n) g[n] *= g[n - 1];
  return g;
}

// The central difference of the given order at n, g(-n) = g(n).
long double difference(const std::vector<long double>& g, index_t n, int order) {
  const auto at = [&](int shift) {
    const auto place = std::abs(static_cast<long long>(n) + shift);
    return g[static_cast<index_t>(place)];
  };
  switch (order) {
    case 0:
      return at(0);
    case 1:
      return (at(1) - at(-1)) / 2;
    case 2:
      return at(1) - 2 * at(0) + at(-1);
    case 3:
      return (at(2) - 2 * at(1) + 2 * at(-1) - at(-2)) / 2;
    default:
      return at(2) - 4 * at(1) + 6 * at(0) - 4 * at(-1) + at(-2);
  }
}

HalfWindow narrow_half(index_t size, long double t, int order) {
  constexpr index_t reach = 1000;  // for t < 100 the weights beyond are below 1e-800
  HalfWindow half{std::vector<long double>(half_size(size)), 0, 1};
  const index_t count = std::min(half_size(size), reach);
  const std::vector<long double> g = by_ratios(count + 2, t);
  for (index_t n = 0; n < count; ++n) {
    half.mass += (n == 0 ? 1 : 2) * g[n];
    half.values[n] = difference(g, n, order);
  }
  return half;
}

// Differences without the loss of digits that subtracting neighbours would cost:
//   g(n + 1) - g(n - 1) = -(2n/t) g(n),   g(n + 1) - 2 g(n) + g(n - 1) = 2 dg(n)/dt.
long double smooth_difference(const DebyeWeight& at, long double n, long double t, int order) {
  const long double second = 2 * at.slope;
  switch (order) {
    case 0:
      return at.weight;
    case 1:
      return -n / t * at.weight;
    case 2:
      return second * at.weight;
    case 3:
      return -n / t * (second - 2 / t) * at.weight;
    default:
      return 4 * (at.slope * at.slope + at.curvature) * at.weight;
  }
}

HalfWindow wide_half(index_t size, long double t, int order) {
  HalfWindow half{std::vector<long double>(half_size(size)), 0, 0};
  const DebyeSeries series(t);
  half.unit = series.unit();
  for (index_t k = 0; k < half.values.size(); ++k) {
    const auto n = static_cast<long double>(k);
    const DebyeWeight at = series.at(n);
    if (at.weight == 0) break;
    half.mass += (k == 0 ? 1 : 2) * at.weight;
    half.values[k] = smooth_difference(at, n, t, order);
  }
  return half;
}

}  // namespace

HalfWindow discrete_half(index_t size, long double sigma, int order) {
  const long double t = sigma * sigma;
  return t < DebyeSeries::smallest ? narrow_half(size, t, order) : wide_half(size, t, order);
}

}  // namespace mercer::detail
