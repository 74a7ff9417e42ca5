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
Certificate ridge_certificate(const Mat<double>& product, const Mat<T>& Y, const Col<double>& w,
                              const Mat<T>& alpha, const arma::rowvec& means, double lambda);

}  // namespace mercer
