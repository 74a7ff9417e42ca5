#include "model/ridge_certificate.hpp"

#include <cmath>

namespace mercer {
namespace {

// The larger one; NaN if one is NaN, so that no certificate hides it.
double larger(double a, double b) { return std::isnan(a) || a > b ? a : b; }

// ||v||, whose largest entry is given, without overflow or underflow of the squares.
double scaled_norm(const Col<double>& v, double largest) {
  if (largest == 0) return 0;
  double sum = 0;
  for (const double value : v) sum += value / largest * (value / largest);
  return largest * std::sqrt(sum);
}

}  // namespace

template <class T>
Certificate ridge_certificate(const GramOperator<T>& K, const Mat<T>& Y, const Col<double>& w,
                              const Mat<T>& alpha, const arma::rowvec& means, double lambda) {
  const index_t n = Y.n_rows;
  Mat<double> V(n, Y.n_cols + 1, arma::fill::ones);
  for (index_t t = 0; t < Y.n_cols; ++t) {
    for (index_t i = 0; i < n; ++i) V(i, t) = static_cast<double>(alpha(i, t));
  }
  Mat<double> product;
  K.multiply_in_double(V, product);
  return ridge_certificate(product, Y, w, alpha, means, lambda);
}

template <class T>
Certificate ridge_certificate(const Mat<double>& product, const Mat<T>& Y, const Col<double>& w,
                              const Mat<T>& alpha, const arma::rowvec& means, double lambda) {
  const index_t n = Y.n_rows;
  // The image of the ones beside alpha bounds ||K||_inf from below (equal if K >= 0), which can
  // only overstate the backward error.
  double norm_A = 0;
  for (index_t i = 0; i < n; ++i) {
    if (w(i) > 0) norm_A = larger(norm_A, std::abs(product(i, Y.n_cols)) + lambda / w(i));
  }
  Certificate certificate;
  certificate.relative_residual = 0;
  certificate.backward_error = 0;
  for (index_t t = 0; t < Y.n_cols; ++t) {
    Col<double> b(n, arma::fill::zeros), r(n, arma::fill::zeros);
    double max_r = 0, max_b = 0, max_alpha = 0;
    for (index_t i = 0; i < n; ++i) {
      if (w(i) == 0) continue;
      b(i) = static_cast<double>(Y(i, t)) - means(t);
      r(i) = b(i) - product(i, t) - lambda / w(i) * static_cast<double>(alpha(i, t));
      max_r = larger(max_r, std::abs(r(i)));
      max_b = larger(max_b, std::abs(b(i)));
      max_alpha = larger(max_alpha, std::abs(static_cast<double>(alpha(i, t))));
    }
    if (max_r == 0) continue;
    certificate.relative_residual =
        larger(certificate.relative_residual, scaled_norm(r, max_r) / scaled_norm(b, max_b));
    certificate.backward_error =
        larger(certificate.backward_error, max_r / (norm_A * max_alpha + max_b));
  }
  return certificate;
}

#define MERCER_INSTANTIATE(T)                                                                    \
  template Certificate ridge_certificate(const GramOperator<T>&, const Mat<T>&,                  \
                                         const Col<double>&, const Mat<T>&, const arma::rowvec&, \
                                         double);                                                \
  template Certificate ridge_certificate(const Mat<double>&, const Mat<T>&, const Col<double>&,  \
                                         const Mat<T>&, const arma::rowvec&, double);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
