// Which way kernel ridge regression takes.
#pragma once

#include "mercer/model/kernel_ridge.hpp"

namespace mercer {

/// See RidgeMethod. Throws BudgetError if nothing fits.
template <class T>
RidgePlan ridge_plan(const GramOperator<T>& K, const Col<double>& w, index_t outputs,
                     const KernelRidgeOptions& options);

/// The plan of automatic where conjugate gradients do not converge: a factor, if one fits the
/// budget; else conjugate gradients.
template <class T>
RidgePlan ridge_fallback(const GramOperator<T>& K, const Col<double>& w, index_t outputs,
                         const KernelRidgeOptions& options);

/// Whether a factor of n x n values of type T, and t outputs, fit the budget.
template <class T>
bool cholesky_fits(index_t n, index_t outputs, const KernelRidgeOptions& options);

/// About ||K - K'||_2 in W^1/2 K W^1/2 for a K' of floats: each entry is off by up to this part of
/// (K_ii K_jj)^1/2, at random.
template <class T>
double float_perturbation(const GramOperator<T>& K, const Col<double>& w);

/// "conjugate gradient (K in float tiles, rank 1000)"
std::string method_text(const RidgePlan& plan);

}  // namespace mercer
