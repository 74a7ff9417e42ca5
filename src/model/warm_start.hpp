// Where the fit of one Svc begins when another one is near its solution.
#pragma once

#include <vector>

#include "mercer/model/svc.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"

namespace mercer {

/// The coefficients of start; those at a bound go to the new one, the others stay where the bounds
/// let them, and the larger side of a problem is shrunk so that they sum to 0.
/// Throws std::invalid_argument as Svc::fit_from does, LogicError if start is not fitted.
template <class T>
Starts warm_starts(const Svc<T>& start, const ClassOrder& order,
                   const std::vector<ClassPair>& problems, const SvcOptions& options);

}  // namespace mercer
