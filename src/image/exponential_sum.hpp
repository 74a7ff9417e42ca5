// The Gaussian and its derivatives as sums of complex exponentials, which recursions compute.
#pragma once

#include <array>
#include <complex>

namespace mercer {

/// Terms of the sum.
inline constexpr int exponentials = 5;

/// For samples of distance 1 and the sampled window w of an order, of infinite length and over the
/// mass of the window of order 0:
///     w(m) ~ sum_k Re(gains_k roots_k^m) for m >= 1,   w(-m) = (-1)^order w(m),   w(0) = centre.
/// The sum over all m of the difference, times sigma^order, is at most
///     2e-9, 4e-8, 2e-6, 2e-5, 4e-4 for the orders 0 to 4,
/// and of order 0 the sum over all m is 1.
struct ExponentialSum {
  std::array<std::complex<double>, exponentials> rates;  // roots_k = exp(-rates_k)
  std::array<std::complex<double>, exponentials> roots;
  std::array<std::complex<double>, exponentials> gains;
  double centre;
  double sign;  // (-1)^order
};

/// 1 - exp(-rate), as exactly where the rate is small.
std::complex<double> one_minus_exp(std::complex<double> rate);

/// sigma > 0; order 0 to 4.
ExponentialSum exponential_sum(double sigma, int order);

}  // namespace mercer
