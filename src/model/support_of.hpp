// The rows that support the two-class problems of a fit.
#pragma once

#include <vector>

#include "mercer/core/types.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"

namespace mercer {

struct Support {
  arma::uvec rows;           // ascending
  Mat<double> coefficients;  // rows x problems
};

/// The rows, of n, with a coefficient that is not 0 in some problem.
Support support_of(const ClassOrder& order, const std::vector<ClassPair>& problems,
                   const std::vector<PairSolution>& solutions, index_t n);

}  // namespace mercer
