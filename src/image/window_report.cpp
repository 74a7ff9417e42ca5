#include <algorithm>
#include <cmath>
#include <numbers>

#include "image/half_window.hpp"
#include "image/whole_window.hpp"
#include "mercer/image/gaussian_window.hpp"

namespace mercer {
namespace {

// The cells outside, summed from afar, as a share of a window that is wide enough to be all.
long double summed_mass_cut(index_t size, long double sigma, Discretisation discretisation) {
  const auto cells = static_cast<long double>(size) / 2;
  // exp(-x^2 / (2 sigma^2)) shrinks by exp(-50) at least, and tiny sigmas by 30 cells.
  const auto more =
      static_cast<index_t>(std::sqrt(cells * cells + 100 * sigma * sigma) - cells) + 30;
  const auto all = detail::half_window(size + 2 * more, sigma, discretisation, 0);
  long double outside = 0;
  for (index_t k = all.values.size(); k-- > detail::half_size(size);) outside += all.values[k];
  return 2 * outside / all.mass;
}

// What is missing from the sum of the endless window, known in closed form for a large sigma.
long double missing_mass(index_t size, long double sigma, Discretisation discretisation) {
  const auto half = detail::half_window(size, sigma, discretisation, 0);
  long double inside = half.mass * half.unit;
  if (discretisation == Discretisation::sampled) {
    inside /= sigma * std::numbers::sqrt2_v<long double> / std::numbers::inv_sqrtpi_v<long double>;
  }
  return std::max(0.0L, 1 - inside);
}

}  // namespace

WindowReport window_report(index_t size, double sigma, Discretisation discretisation) {
  const Col<double> window =
      detail::whole_window({"window_report", "size", "sigma"}, size, sigma, discretisation, {});
  long double sum = 0, mean = 0, variance = 0;
  for (index_t k = detail::half_size(size);
       k-- > 0;) {  // both sides at once, from the ends inwards
    const long double x = detail::first_cell(size) + static_cast<long double>(k);
    const long double right = window(size / 2 + k), left = x > 0 ? window((size - 1) / 2 - k) : 0;
    sum += right + left;
    mean += x * (right - left);
    variance += x * x * (right + left);
  }
  constexpr double summable = 4096;  // of the tail, 10 sigma cells at most
  const long double cut = sigma <= summable ? summed_mass_cut(size, sigma, discretisation)
                                            : missing_mass(size, sigma, discretisation);
  return {static_cast<double>(cut), static_cast<double>(mean / sum),
          static_cast<double>(variance / sum)};
}

}  // namespace mercer
