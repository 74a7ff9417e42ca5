// Kernel ridge regression by preconditioned conjugate gradients.
#pragma once

#include "core/checkpoint.hpp"
#include "mercer/model/kernel_ridge.hpp"
#include "model/fit_watch.hpp"
#include "model/ridge_problem.hpp"

namespace mercer {

/// By the method of the plan, mixed_cholesky or conjugate_gradient, at most `limit` iterations. A
/// preconditioner that cannot be made ends in iteration_limit or not_positive_definite, with an
/// empty alpha; so does an end by the watch before the first iteration, which throws. section:
/// where the iteration keeps its state.
template <class T>
RidgeSolution<T> solve_by_iteration(const RidgeProblem<T>& problem, const RidgePlan& plan,
                                    const KernelRidgeOptions& options, index_t limit,
                                    FitWatch& watch, const CheckpointSection& section);

}  // namespace mercer
