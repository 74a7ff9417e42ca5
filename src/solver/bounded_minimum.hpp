// The minimum of a smooth function within bounds.
#pragma once

#include <span>
#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// f(x), its gradient into `gradient`. What it throws ends the search and comes out of it.
using SmoothFunction = FunctionRef<double(std::span<const double> x, std::span<double> gradient)>;

struct BoundedProblem {
  std::vector<double> lower;
  std::vector<double> upper;         // >= lower
  double gradient_tolerance = 1e-3;  // largest derivative that a bound does not stop
  double value_tolerance = 1e-10;    // relative change of f in an iteration
  index_t max_evaluations = 1000;
};

/// The largest |derivative| but those that point out of the bounds that x is at.
double projected_gradient(const BoundedProblem& problem, std::span<const double> x,
                          std::span<const double> gradient);

/// Follows f downhill from x by L-BFGS until one of the tolerances or the number of evaluations is
/// reached, and returns that number. The caller keeps the best x that f saw.
index_t minimise_lbfgs(const BoundedProblem& problem, std::vector<double> x, SmoothFunction f);

}  // namespace mercer
