// Preconditioned conjugate gradients for K + lambda I, with a bound on the error.
#pragma once

#include "mercer/core/function_ref.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// out = M V for a symmetric M; V, out: n x t. May throw to end the work.
using LinearMap = FunctionRef<void(const Mat<double>& V, Mat<double>& out)>;

/// After an iteration: how many, and the largest bound in units of its target. May throw to end the
/// work.
using IterationWatch = FunctionRef<void(index_t iteration, double worst)>;
inline constexpr auto no_watch = [](index_t, double) {};

struct ConjugateGradientOptions {
  double lambda = 1;    // > 0
  Col<double> targets;  // t: of the bounds on ||x - x*||_K, column by column
  index_t max_iterations = 1000;
  // P <= K + lambda I is certain, so that r' P^-1 r bounds the error as well.
  bool lower_preconditioner = false;
  // About ||K - K'|| for the K' of `multiply`; 0 if it is exact up to rounding in double.
  double perturbation = 0;
};

struct ConjugateGradientResult {
  index_t iterations = 0;
  bool converged = false;  // all bounds are at most their targets
  Col<double> bounds;      // t: on ||x - x*||_K, by the residuals of the recurrence
};

/// (K + lambda I) X = B for a positive semidefinite K, t right sides side by side: each has its own
/// recurrence, and columns that reach their target leave the products.
///
/// With r = b - (K + lambda I) x, the error in the norm of K, ||e||_K^2 = e' K e, is at most
///     ||r|| / (2 sqrt(lambda)),    for  max_s s / (s + lambda)^2 = 1 / (4 lambda),
/// and at most sqrt(r' P^-1 r) if P <= K + lambda I. For kernels this is the norm of the
/// difference of two functions in the RKHS, and |f(x) - f*(x)| <= sqrt(k(x, x)) ||e||_K.
///
/// multiply: K V, fast, perhaps with rounded entries; exact: K V in double. The two are the same
/// map if `perturbation` is 0. When what the perturbation may have done to r since r was last
/// computed, perturbation ||x - x_then||, exceeds 0.03 ||r||, r is computed anew by `exact`,
/// and the search goes on from there with its direction (van der Vorst & Ye 2000).
/// precondition: P^-1 V for a fixed positive definite P.
///
/// X (n x t) is the start, and the best iterate at any time, also if a map or the watch throws.
/// It ends at the targets, at the iteration limit, or where rounding leaves no descent.
/// Source: Hestenes & Stiefel 1952; the bounds by Cauchy-Schwarz in the eigenbasis of K.
ConjugateGradientResult conjugate_gradient(LinearMap multiply, LinearMap exact,
                                           LinearMap precondition, const Mat<double>& B,
                                           Mat<double>& X, const ConjugateGradientOptions& options,
                                           IterationWatch watch = no_watch);

}  // namespace mercer
