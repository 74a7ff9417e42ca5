#include <algorithm>
#include <limits>
#include <vector>

#include "mercer/solver/smo.hpp"

namespace mercer {

template <class T>
Certificate svm_certificate(const GramOperator<T>& K, const Col<double>& y, const Col<double>& C,
                            const Col<double>& beta, double bias) {
  const index_t n = y.n_elem;
  std::vector<index_t> all(n), support;
  for (index_t i = 0; i < n; ++i) {
    all[i] = i;
    if (beta(i) != 0) support.push_back(i);
  }
  Mat<double> f(n, 1, arma::fill::zeros);  // K beta
  if (!support.empty()) {
    Mat<double> coefficients(support.size(), 1, arma::fill::none);
    for (index_t s = 0; s < support.size(); ++s) coefficients(s, 0) = beta(support[s]);
    K.submatrix(all, support)->multiply_in_double(coefficients, f);
  }

  double norm = 0, sum_alpha = 0, hinge = 0;
  double up = -std::numeric_limits<double>::infinity();
  double low = std::numeric_limits<double>::infinity();
  for (index_t i = 0; i < n; ++i) {
    norm += beta(i) * f(i, 0);
    sum_alpha += y(i) * beta(i);
    hinge += C(i) * std::max(0.0, 1 - y(i) * (f(i, 0) + bias));
    const double F = y(i) - f(i, 0);
    const double alpha = y(i) * beta(i);
    const bool can_grow = alpha < C(i);  // alpha; beta grows with it if y = +1
    const bool can_shrink = alpha > 0;
    if (y(i) > 0 ? can_grow : can_shrink) up = std::max(up, F);
    if (y(i) > 0 ? can_shrink : can_grow) low = std::min(low, F);
  }
  Certificate certificate;
  certificate.primal_objective = norm / 2 + hinge;
  certificate.dual_objective = sum_alpha - norm / 2;
  certificate.gap = certificate.primal_objective - certificate.dual_objective;
  certificate.violation = std::max(0.0, up - low);
  return certificate;
}

template Certificate svm_certificate(const GramOperator<double>&, const Col<double>&,
                                     const Col<double>&, const Col<double>&, double);
template Certificate svm_certificate(const GramOperator<float>&, const Col<double>&,
                                     const Col<double>&, const Col<double>&, double);

}  // namespace mercer
