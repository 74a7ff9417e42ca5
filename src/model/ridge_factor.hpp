// Kernel ridge regression by a Cholesky factor of the whole matrix.
#pragma once

#include "mercer/solver/cholesky.hpp"
#include "model/fit_watch.hpp"
#include "model/ridge_problem.hpp"

namespace mercer {

/// The factor of W^1/2 K W^1/2 + shift I in the type U: T, or float. The watch may throw.
template <class U, class T>
CholeskyFactor<U> ridge_factor(const RidgeProblem<T>& problem, double shift, FitWatch& watch);

/// alpha, and the leave-one-out residuals if asked for.
template <class T>
RidgeSolution<T> solve_by_cholesky(const RidgeProblem<T>& problem, bool leave_one_out, bool centred,
                                   FitWatch& watch);

}  // namespace mercer
