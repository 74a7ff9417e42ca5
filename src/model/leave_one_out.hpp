// Closed-form leave-one-out residuals of kernel ridge regression.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

/// See the formula at KernelRidge. Y, residuals (of the full model, for rows without weight) and
/// beta: n x t;  w, u = A^-1 W^1/2 1 and inverse = diag(A^-1): n;  means: t.
template <class T>
Mat<T> leave_one_out(const Mat<T>& Y, const Mat<T>& residuals, const Col<double>& w,
                     const Mat<T>& beta, const Col<T>& u, const Col<T>& inverse,
                     const arma::rowvec& means, bool centred);

}  // namespace mercer
