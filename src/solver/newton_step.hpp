// Newton's method over the free variables of a support vector machine.
#pragma once

#include <vector>

#include "mercer/core/types.hpp"
#include "solver/smo_block.hpp"

namespace mercer {

/// The places, ascending, of variables strictly between their bounds and off the kink.
std::vector<index_t> free_places(const SmoVariables& variables);

/// One step towards the maximum of D over the free variables F, the others held:
///     K_FF delta = (F + up)_F - mu,   sum delta = 0 in each constraint,
/// by Cholesky's factor, K_FF from the floats with a ridge of rounding size. Where the step meets
/// bounds or kinks, beta + t delta is projected onto them and the sums, for the t of 1, 1/2, 1/4,
/// ... that raises D most. F of all variables is brought up to date. free: free_places(variables).
/// Returns by how much D rose; 0 if nothing has changed. |F|^3 / 3 flops, O(|F|^2) memory. The same
/// bits for any number of threads.
double newton_step(SmoVariables& variables, const SmoColumns& K, const std::vector<index_t>& free,
                   int threads);

}  // namespace mercer
