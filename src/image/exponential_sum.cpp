#include "image/exponential_sum.hpp"

#include <cmath>

namespace mercer {
namespace {

using Complex = std::complex<double>;
using Terms = std::array<Complex, exponentials>;

// exp(-x^2 / 2) ~ Re sum_k a_k exp(-z_k x) for x >= 0. The z are those of the smallest maximal
// error (3e-10) on 3001 points of [0, 9], by Levenberg-Marquardt on z with the best a for each, its
// weights raised where the error is large, from the z of the singular vectors of a Hankel matrix of
// samples (a matrix pencil). For the derivatives the z are the same, and the a are fitted alike.
constexpr Terms z = {Complex{2.8020342375489014, 0.41371046823843199},
                     Complex{2.7875180695182311, 1.2515134387751727},
                     Complex{2.7571701680331082, 2.1237200194580779},
                     Complex{2.7069468890462263, 3.0686667606944584},
                     Complex{2.6255190209094352, 4.1793424331471707}};
constexpr std::array<Terms, 5> a = {Terms{Complex{12.070051574693309, 28.317786879567269},
                                          Complex{-14.058172812663301, -5.5005456082301798},
                                          Complex{3.126828761441101, -1.2639179973762658},
                                          Complex{-0.13901909692039105, 0.2454755975052807},
                                          Complex{0.0003115731586307291, -0.0051314717912602781}},
                                    Terms{Complex{-22.1059752133629, -84.339856675316554},
                                          Complex{32.304274706785861, 32.926920195620134},
                                          Complex{-11.305571884678349, -3.1560536629761193},
                                          Complex{1.1295214149463959, -0.23779465128887445},
                                          Complex{-0.0222490109033604, 0.012175800270083137}},
                                    Terms{Complex{27.069502128788468, 245.4356467671991},
                                          Complex{-48.867302202987496, -132.21557623429894},
                                          Complex{24.473730209875971, 32.723513935451095},
                                          Complex{-3.784776476196388, -2.8251731039082104},
                                          Complex{0.10884597799845253, 0.060841255955269347}},
                                    Terms{Complex{25.278860273038447, -698.25624211398701},
                                          Complex{-28.706057271657315, 429.76504960487449},
                                          Complex{1.9279532575492553, -142.44427029057726},
                                          Complex{1.5217591848510263, 19.314571873266583},
                                          Complex{-0.022508416184148672, -0.61028433863229248}},
                                    Terms{Complex{-353.48730975713107, 1936.2119996395581},
                                          Complex{609.72129329298571, -1163.027202254829},
                                          Complex{-306.613583143526, 392.36960111546438},
                                          Complex{56.002276334502369, -57.706577326165039},
                                          Complex{-2.6227772211929619, 1.6209895795852418}}};

// The derivatives of exp(-x^2 / 2) at 0.
constexpr std::array<double, 5> at_zero = {1, 0, -1, 0, 3};

// The sum of Re gains_k roots_k^m over k and m >= 1.
double sum_of(const Terms& gains, const ExponentialSum& s) {
  Complex sum = 0;
  for (std::size_t k = 0; k < gains.size(); ++k) {
    sum += gains[k] * s.roots[k] / one_minus_exp(s.rates[k]);
  }
  return sum.real();
}

// The sum over all m of the sampled derivative, order even. Beyond sigma = 3 it is 0 but for 1e-30.
double exact_sum(double sigma, int order) {
  double sum = at_zero[static_cast<std::size_t>(order)];
  if (order == 0 || sigma > 3) return 0;
  for (int m = 1; m / sigma < 40; ++m) {
    const double x2 = m / sigma * (m / sigma);
    const double polynomial = order == 2 ? x2 - 1 : x2 * x2 - 6 * x2 + 3;
    sum += 2 * polynomial * std::exp(-x2 / 2);
  }
  return sum;
}

}  // namespace

std::complex<double> one_minus_exp(std::complex<double> rate) {
  // 1 - exp(-x) cos y = -expm1(-x) cos y + 2 sin^2(y / 2)
  const double half = std::sin(rate.imag() / 2);
  return {-std::expm1(-rate.real()) * std::cos(rate.imag()) + 2 * half * half,
          std::exp(-rate.real()) * std::sin(rate.imag())};
}

ExponentialSum exponential_sum(double sigma, int order) {
  const auto which = static_cast<std::size_t>(order);
  ExponentialSum out{.rates = {},
                     .roots = {},
                     .gains = a[which],
                     .centre = at_zero[which],
                     .sign = order % 2 == 0 ? 1.0 : -1.0};
  for (std::size_t k = 0; k < z.size(); ++k) {
    out.rates[k] = z[k] / sigma;
    out.roots[k] = std::exp(-out.rates[k]);
  }
  const double mass = 1 + 2 * sum_of(a[0], out);
  if (order == 2 || order == 4) {  // nothing of a constant may be left: by some of order 0
    const double excess =
        (out.centre + 2 * sum_of(out.gains, out) - exact_sum(sigma, order)) / mass;
    for (std::size_t k = 0; k < z.size(); ++k) out.gains[k] -= excess * a[0][k];
    out.centre -= excess;
  }
  const double scale = 1 / (mass * std::pow(sigma, order));
  for (Complex& gain : out.gains) gain *= scale;
  out.centre *= scale;
  return out;
}

}  // namespace mercer
