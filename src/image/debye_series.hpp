// exp(-t) I_n(t) and its logarithmic derivatives for large t, by Debye's expansion.
#pragma once

#include <array>
#include <cstddef>

namespace mercer::detail {

struct DebyeWeight {
  long double weight;     // g = exp(-t) I_n(t), divided by DebyeSeries::unit(); 0 where it is
                          // below exp(-2000)
  long double slope;      // d log g / dt
  long double curvature;  // d^2 log g / dt^2
};

/// With r = sqrt(n^2 + t^2) and z = n^2 / r^2, uniformly in n >= 0,
///   log g = r - t - n asinh(n / t) - log(2 pi r) / 2 + O(1 / r),
///   d log I / dt = r / t + sum_k t / r^(k+1) Q_k(z),   Q_k a polynomial of degree k - 1.
/// Riccati's equation of I' / I, E' + E^2 + E / t = 1 + n^2 / t^2, gives each Q_k from those
/// before; the terms of log g are their integrals by t. Source: Debye, Mathematische Annalen 67,
/// 1909; DLMF 10.41(ii).
class DebyeSeries {
 public:
  /// From this t on the terms give g to a relative 1e-18.
  static constexpr long double smallest = 100;

  explicit DebyeSeries(long double t);

  long double unit() const;  // 1 / sqrt(2 pi t)
  DebyeWeight at(long double n) const;

 private:
  static constexpr std::size_t most_terms_ = 14;
  using Polynomial = std::array<long double, most_terms_>;  // of degree k - 1
  void find_polynomial(std::size_t k);

  long double t_;
  std::size_t terms_;
  std::array<Polynomial, most_terms_ + 1> Q_;  // Q_[k] for k = 1 .. terms_
};

}  // namespace mercer::detail
