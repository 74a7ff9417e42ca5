#include <cmath>

#include "image/half_window.hpp"

namespace mercer::detail {

long double hermite(int order, long double u) {
  long double before = 0, value = 1;  // He_{k+1} = u He_k - k He_{k-1}
  for (int k = 0; k < order; ++k) {
    const long double next = u * value - k * before;
    before = value;
    value = next;
  }
  return value;
}

HalfWindow sampled_half(index_t size, long double sigma, int order) {
  const long double first = first_cell(size);
  const long double curvature = 1 / (sigma * sigma);
  const long double factor = std::pow(-1 / sigma, order);
  HalfWindow half{std::vector<long double>(half_size(size)), 0, 1};
  // Relative to the first cell, so that a tiny sigma with an even size does not make all cells 0.
  half.unit = std::exp(-first * first / 2 * curvature);
  for (index_t k = 0; k < half.values.size(); ++k) {
    const auto steps = static_cast<long double>(k);
    const long double weight = std::exp(-steps * (steps + 2 * first) / 2 * curvature);
    half.mass += (k == 0 && first == 0 ? 1 : 2) * weight;
    half.values[k] = weight * factor * hermite(order, (first + steps) / sigma);
  }
  return half;
}

}  // namespace mercer::detail
