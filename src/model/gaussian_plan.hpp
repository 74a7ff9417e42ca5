// Which way a Gaussian process takes, and the memory for it.
#pragma once

#include <cstddef>

#include "mercer/gram/gram_operator.hpp"
#include "mercer/model/gaussian_process.hpp"
#include "mercer/model/kernel_ridge.hpp"

namespace mercer {

/// Throws BudgetError unless half of K in double, and `more` bytes, fit the budget.
void require_half(const char* where, index_t n, std::size_t more, std::size_t budget);

/// See GaussianProcessMethod; never automatic. variances: n, of the outputs. Throws BudgetError if
/// cholesky is the only way and does not fit, std::invalid_argument if conjugate gradients are
/// asked for and some variance is 0.
GaussianProcessMethod gaussian_method(const char* where, const Col<double>& variances,
                                      std::size_t more, const GaussianProcessOptions& options);

/// How conjugate gradients keep K, and the rank of their preconditioner; BudgetError if they do not
/// fit. w and lambda as in GaussianSystem.
RidgePlan gaussian_plan(const char* where, const GramOperator<double>& K, const Col<double>& w,
                        double lambda, const GaussianProcessOptions& options);

}  // namespace mercer
