// Solvers that keep their state while they work, and go on from one that was kept.
#pragma once

#include "core/checkpoint.hpp"
#include "mercer/solver/conjugate_gradient.hpp"
#include "mercer/solver/svm.hpp"

namespace mercer {

/// solve_svm, from the state in the section if there is one: the same bits as without. The state is
/// that of a problem, of its options but time limit and threads, and of the resolved budget.
template <class T>
SvmSolution solve_svm(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options,
                      const StoredColumns* stored, CheckpointSection section);

/// conjugate_gradient, likewise. X is the start of the search, also where a state is found.
ConjugateGradientResult conjugate_gradient(LinearMap multiply, LinearMap exact,
                                           LinearMap precondition, const Mat<double>& B,
                                           Mat<double>& X, const ConjugateGradientOptions& options,
                                           IterationWatch watch, CheckpointSection section);

}  // namespace mercer
