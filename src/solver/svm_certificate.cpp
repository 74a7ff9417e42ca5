#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "mercer/core/check.hpp"
#include "mercer/solver/smo.hpp"

namespace mercer {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Relative room for the rounding of 10^7 updates, and of models that were written as text.
constexpr double feasible_to = 1e-9;

// 0 <= y_i beta_i <= C_i and sum_i beta_i = 0. False for NaN.
bool is_feasible(const Col<double>& y, const Col<double>& C, const Col<double>& beta) {
  double sum = 0, size = 0;
  bool in_box = true;
  for (index_t i = 0; i < y.n_elem; ++i) {
    const double alpha = y(i) * beta(i);
    const double room = feasible_to * C(i);
    in_box = in_box && alpha >= -room && alpha <= C(i) + room;
    sum += beta(i);
    size += std::abs(beta(i));
  }
  return in_box && std::abs(sum) <= feasible_to * size;
}

}  // namespace

template <class T>
Certificate svm_certificate(const GramOperator<T>& K, const Col<double>& y, const Col<double>& C,
                            const Col<double>& beta, double bias) {
  const index_t n = K.n_rows();
  require_columns("svm_certificate", "K", K.n_cols(), n, "it must be square");
  require_rows("svm_certificate", "y", y.n_elem, n, "one per point");
  require_rows("svm_certificate", "C", C.n_elem, n, "one per point");
  require_rows("svm_certificate", "beta", beta.n_elem, n, "one per point");
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
  double up = -infinity;
  double low = infinity;
  for (index_t i = 0; i < n; ++i) {
    norm += beta(i) * f(i, 0);
    sum_alpha += y(i) * beta(i);
    const double slack = 1 - y(i) * (f(i, 0) + bias);
    hinge += C(i) * (slack < 0 ? 0 : slack);  // keeps NaN
    const double F = y(i) - f(i, 0);
    const double alpha = y(i) * beta(i);
    const bool can_grow = alpha < C(i);  // alpha; beta grows with it if y = +1
    const bool can_shrink = alpha > 0;
    if (y(i) > 0 ? can_grow : can_shrink) up = std::max(up, F);
    if (y(i) > 0 ? can_shrink : can_grow) low = std::min(low, F);
  }
  Certificate certificate;
  certificate.primal_objective = norm / 2 + hinge;
  certificate.dual_objective = is_feasible(y, C, beta) ? sum_alpha - norm / 2 : -infinity;
  certificate.gap = certificate.primal_objective - certificate.dual_objective;
  certificate.violation =
      std::isfinite(certificate.dual_objective) ? std::max(0.0, up - low) : infinity;
  return certificate;
}

template Certificate svm_certificate(const GramOperator<double>&, const Col<double>&,
                                     const Col<double>&, const Col<double>&, double);
template Certificate svm_certificate(const GramOperator<float>&, const Col<double>&,
                                     const Col<double>&, const Col<double>&, double);

}  // namespace mercer
