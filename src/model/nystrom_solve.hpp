// Preconditioned conjugate gradients on a Nystrom problem.
#pragma once

#include "mercer/gram/gram_operator.hpp"
#include "model/nystrom_pass.hpp"
#include "model/nystrom_preconditioner.hpp"

namespace mercer {

struct NystromSolution {
  Mat<double> beta;                   // m x columns
  NystromSums sums;                   // of a pass at beta
  Mat<double> right;                  // K' W b, m x t
  double residual = 0;                // see solve_nystrom; the worst column
  Status status = Status::converged;  // or stopped, time_limit: beta is the best so far
  index_t iterations = 0;             // products with the matrix, one for all columns together
};

struct NystromStop {
  double tolerance;
  index_t max_iterations;
};

/// Solves (K' W K + lambda G) beta = K' W b from a start, of which K' W b is given or computed:
/// conjugate gradients, each column its own, all columns in one pass over the points.
///     relative residual:  ( sum_i w_i g(x_i)^2 / sum_i w_i f(x_i)^2 )^1/2,
/// g with the coefficients M^-1 r, r = K' W (b - K beta) - lambda G beta, and f with M^-1 K' W b:
/// as far as M is the matrix, the error of the fitted values relative to them. (That of ||f|| is
/// not asked for: where G is nearly singular it is rounding that no value of f shows.) The residual
/// that the recursion carries is replaced by the true one at the end; the work goes on from there
/// as long as that is over the tolerance and falls. If the watch ends it after the first iteration,
/// a last pass gives the true residual of what there is.
NystromSolution solve_nystrom(const NystromProblem& problem, const NystromPreconditioner& M,
                              const GramOperator<double>& G, Mat<double> start,
                              const Mat<double>& right, const NystromStop& stop);

}  // namespace mercer
