// Where a fit begins when another model is near its solution.
#pragma once

#include <vector>

#include "mercer/model/svc.hpp"
#include "mercer/solver/svm_dual.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"

namespace mercer {

/// A fitted classifier as the start of another.
struct WarmStart {
  arma::ivec classes;        // ascending
  arma::uvec support;        // rows of the training set
  Mat<double> coefficients;  // y_i alpha_i, support x problems
  Col<double> C;             // of each problem: the largest |coefficient| of a row of weight 1
};

/// A feasible beta near another one. What is at its bound of before goes to the new one; `factor`
/// is the new bound over the one of before. The others stay where the bounds let them. Then the
/// sums are brought back to those of dual.start, each side by its own variables: shrinking takes
/// first from those between their bounds, growing gives first to those that are not 0.
Col<double> near_start(const SvmDual& dual, Col<double> beta, double factor);

/// For each problem, as pair_places. Of nu-SVC, coefficients are scaled to its bounds first.
/// Throws std::invalid_argument as Svc::fit_from does.
Starts warm_starts(const WarmStart& start, const ClassOrder& order,
                   const std::vector<ClassPair>& problems, const SvcOptions& options);

}  // namespace mercer
