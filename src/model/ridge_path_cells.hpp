// The cells of a ridge path: what one reduction of a kernel matrix tells of each lambda.
#pragma once

#include <vector>

#include "mercer/core/report.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/model/kernel_ridge_path.hpp"
#include "model/ridge_path_problem.hpp"

namespace mercer {

template <class T>
struct RidgePathCells {
  Status status = Status::converged;  // or stopped, not_finite: nothing else is set then
  std::vector<index_t> present;       // the lambdas that have a factor, ascending places
  Mat<double> criteria;  // lambdas x 4, by RidgeCriterion; NaN where there is no factor
  arma::Cube<T> alpha, leave_one_out, k_fold;  // n x t x lambdas; empty if not asked for
  Certificate certificate;                     // the worst of the lambdas; 0 if there are none
};

/// Throws std::invalid_argument if K is not finite; `name` is what it is called.
template <class T>
RidgePathCells<T> ridge_path_cells(const GramOperator<T>& K, const RidgePathProblem<T>& problem,
                                   const KernelRidgePathOptions& options, const char* name);

/// What ridge_path_cells takes at its peak, its results included.
template <class T>
std::size_t ridge_path_bytes(index_t n, index_t t, const KernelRidgePathOptions& options);

}  // namespace mercer
