#include "image/debye_series.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer::detail {

DebyeSeries::DebyeSeries(long double t) : t_(t), terms_(most_terms_), Q_{} {
  constexpr long double digits = 46;  // log(1e20); term k is of the order of t^-k
  terms_ = std::min(most_terms_, 4 + static_cast<std::size_t>(digits / std::log(t)));
  Q_[1][0] = -0.5L;
  for (std::size_t k = 2; k <= terms_; ++k) find_polynomial(k);
}

// -2 Q_k = sum_j q_j z^j (2 - (1 - z)(k + 2j)) + (1 - z) sum_{i=1}^{k-1} Q_i Q_{k-i}, the q_j those
// of Q_{k-1}.
void DebyeSeries::find_polynomial(std::size_t k) {
  const auto add = [&](std::size_t power, long double value) { Q_[k][power] -= value / 2; };
  for (std::size_t j = 0; j + 1 < k; ++j) {
    const auto decay = static_cast<long double>(k + 2 * j);
    add(j, Q_[k - 1][j] * (2 - decay));
    add(j + 1, Q_[k - 1][j] * decay);
  }
  for (std::size_t i = 1; i < k; ++i) {
    for (std::size_t a = 0; a < i; ++a) {
      for (std::size_t b = 0; b < k - i; ++b) {
        const long double product = Q_[i][a] * Q_[k - i][b];
        add(a + b, product);
        add(a + b + 1, -product);
      }
    }
  }
}

long double DebyeSeries::unit() const {
  return std::numbers::inv_sqrtpi_v<long double> / std::sqrt(2 * t_);
}

DebyeWeight DebyeSeries::at(long double n) const {
  const long double r = std::hypot(n, t_), z = (n / r) * (n / r);
  const long double exponent = n * n / (r + t_) - n * std::asinh(n / t_);
  if (exponent < -2000) return {};
  long double correction = 0;
  long double slope = n * n / (t_ * (r + t_));       // r / t - 1
  long double curvature = -(n / t_) * (n / t_) / r;  // (r / t)'
  long double power = 1 / r;                         // r^-k
  for (std::size_t k = 1; k <= terms_; ++k, power /= r) {
    long double integral = 0, value = 0, derivative = 0;
    for (std::size_t j = k; j-- > 0;) {
      const auto decay = static_cast<long double>(k + 2 * j);
      const long double q = Q_[k][j];
      if (k > 1) integral = integral * z - q / (decay - 1);
      value = value * z + q;
      derivative = derivative * z + q * (1 - (1 - z) * (decay + 1));
    }
    correction += power * r * integral;
    slope += power * t_ / r * value;
    curvature += power / r * derivative;
  }
  return {std::exp(exponent + correction) * std::sqrt(t_ / r), slope, curvature};
}

}  // namespace mercer::detail
