#include "model/ridge_certificate.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

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
  return ridge_certificate(K, product, Y, w, alpha, means, lambda);
}

template <class T>
Certificate ridge_certificate(const GramOperator<T>& K, const Mat<double>& product, const Mat<T>& Y,
                              const Col<double>& w, const Mat<T>& alpha, const arma::rowvec& means,
                              double lambda) {
  const index_t n = Y.n_rows;
  // The image of the ones beside alpha bounds ||K||_inf from below (equal if K >= 0), which can
  // only overstate the backward error.
  double norm_A = 0;
  for (index_t i = 0; i < n; ++i) {
    if (w(i) > 0) norm_A = larger(norm_A, std::abs(product(i, Y.n_cols)) + lambda / w(i));
  }
  const PredictionBound bound(K, w, lambda);
  Certificate certificate;
  certificate.relative_residual = 0;
  certificate.backward_error = 0;
  certificate.prediction_error = 0;
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
    const Col<double> a = arma::conv_to<Col<double>>::from(alpha.col(t));
    const Col<double> root_w = arma::sqrt(w);
    const double scale = std::sqrt(w.max());
    const double error = bound(scaled_norm(root_w % r, scale * max_r),
                               scaled_norm(root_w % b, scale * max_b), a.memptr());
    certificate.prediction_error = larger(certificate.prediction_error, error);
    if (max_r == 0) continue;
    certificate.relative_residual =
        larger(certificate.relative_residual, scaled_norm(r, max_r) / scaled_norm(b, max_b));
    certificate.backward_error =
        larger(certificate.backward_error, max_r / (norm_A * max_alpha + max_b));
  }
  return certificate;
}

template <class T>
PredictionBound::PredictionBound(const GramOperator<T>& K, const Col<double>& w, double lambda)
    : lambda_(lambda) {
  const Col<double> diagonal = arma::conv_to<Col<double>>::from(K.diagonal());
  roots_ = arma::sqrt(diagonal);  // NaN where it is negative
  largest_root_ = std::sqrt(diagonal.max());
  // Products of several vectors sum 256 terms a tile, then the tiles: rounding, which may go either
  // way each time, grows with the roots of the two numbers (Higham & Mary 2019).
  constexpr double unit = std::numeric_limits<double>::epsilon() / 2;
  rounding_ = (16 + std::sqrt(static_cast<double>(w.n_elem) / 256) + 8) * unit;
  if (std::is_same_v<T, double> && !std::isnan(K.entry_error())) rounding_ += K.entry_error();
  double sum = 0;
  for (index_t i = 0; i < w.n_elem; ++i) sum += w(i) * diagonal(i);
  rounding_ *= std::sqrt(sum);
}

double PredictionBound::operator()(double residual, double target, const double* alpha) const {
  return of_residual(residual + hidden(residual, target, alpha));
}

double PredictionBound::hidden(double residual, double target, const double* alpha) const {
  constexpr double unit = std::numeric_limits<double>::epsilon() / 2;
  double sum = 0;
  for (index_t i = 0; i < roots_.n_elem; ++i) sum += roots_(i) * std::abs(alpha[i]);
  return rounding_ * sum + 4 * unit * (target + residual);
}

double PredictionBound::of_residual(double norm) const {
  return largest_root_ * norm / (2 * std::sqrt(lambda_));
}

#define MERCER_INSTANTIATE(T)                                                                    \
  template PredictionBound::PredictionBound(const GramOperator<T>&, const Col<double>&, double); \
  template Certificate ridge_certificate(const GramOperator<T>&, const Mat<T>&,                  \
                                         const Col<double>&, const Mat<T>&, const arma::rowvec&, \
                                         double);                                                \
  template Certificate ridge_certificate(const GramOperator<T>&, const Mat<double>&,             \
                                         const Mat<T>&, const Col<double>&, const Mat<T>&,       \
                                         const arma::rowvec&, double);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
