// Closed-form k-fold residuals of kernel ridge regression.
#pragma once

#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/solver/band_reduction.hpp"
#include "model/ridge_path_problem.hpp"

namespace mercer {

/// y_i - f_{-S}(x_i) for the rows i of each fold S, f_{-S} (its mean included) fitted without the
/// fold; of each factor: m x t x factors. With beta = A^-1 b and u = A^-1 W^1/2 1, the columns of
/// solutions (t + 1 of each factor):
///     e_S = W_S^-1/2 ([A^-1]_SS)^-1 (beta_S + (mean - mean_{-S}) u_S).
/// Source: An, Liu & Venkatesh, Face recognition using kernel ridge regression, CVPR 2007; the mean
/// of the rows left is put in.
template <class T>
arma::Cube<T> fold_residuals(const BandReduction<T>& reduction,
                             const std::vector<BandFactor>& factors, const Mat<T>& solutions,
                             const RidgePathProblem<T>& problem, bool centred, int threads,
                             Poll poll);

}  // namespace mercer
