// The certificate of kernel ridge regression.
#pragma once

#include "mercer/core/report.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// The residual of (K + lambda W^-1) alpha = y - mean over the rows with w > 0, in double.
/// K: n x n, Y and alpha: n x t, w: n, means: t. NaN in the model shows as NaN.
template <class T>
Certificate ridge_certificate(const GramOperator<T>& K, const Mat<T>& Y, const Col<double>& w,
                              const Mat<T>& alpha, const arma::rowvec& means, double lambda);

/// The same from the product K [alpha 1], n x (t + 1), which a caller has made in double.
template <class T>
Certificate ridge_certificate(const GramOperator<T>& K, const Mat<double>& product, const Mat<T>& Y,
                              const Col<double>& w, const Mat<T>& alpha, const arma::rowvec& means,
                              double lambda);

/// Bounds on |f(x) - f*(x)| from residuals: Certificate::prediction_error, and for each output.
class PredictionBound {
 public:
  /// w: n; of a kernel that is not positive semidefinite all bounds are NaN.
  template <class T>
  PredictionBound(const GramOperator<T>& K, const Col<double>& w, double lambda);

  /// From ||W^1/2 r||, r = b - (K + lambda W^-1) alpha, as computed in double with that alpha, and
  /// ||W^1/2 b||.
  double operator()(double residual, double target, const double* alpha) const;

  /// Its two parts: what rounding may hide of ||W^1/2 r||, and the bound from the whole norm.
  double hidden(double residual, double target, const double* alpha) const;
  double of_residual(double norm) const;

  /// max_i k(x_i, x_i)^1/2: the largest |f(x)| of an f of norm 1.
  double largest_root() const { return largest_root_; }

 private:
  Col<double> roots_;  // of the diagonal
  double largest_root_;
  double rounding_;  // times sum_j roots_j |alpha_j|: of ||W^1/2 K alpha||
  double lambda_;
};

}  // namespace mercer
