// The fit of a Nystrom model, in double.
#pragma once

#include <cstddef>
#include <vector>

#include "mercer/core/report.hpp"
#include "mercer/model/nystrom_ridge.hpp"
#include "model/nystrom_problem.hpp"

namespace mercer {

struct NystromFit {
  Report report;
  Mat<double> beta;  // m x columns, see NystromProblem
  Col<double> gcv;   // of each lambda
  double jitter = 0;
};

/// The method that automatic stands for; see the table at NystromRidge.
NystromMethod nystrom_method(const NystromRidgeOptions& options, index_t n, index_t m,
                             index_t outputs);

/// Throws Interrupted as the watch does.
NystromFit fit_nystrom(const NystromProblem& problem, const NystromRidgeOptions& options);

/// The most bytes that it takes, the choice of the centres before it and the problem included.
std::size_t nystrom_bytes(index_t n, index_t dim, index_t m, index_t outputs,
                          const NystromRidgeOptions& options, bool chooses_centres);

}  // namespace mercer
