// The certificate of a Nystrom model.
#pragma once

#include "mercer/core/report.hpp"
#include "model/nystrom_pass.hpp"

namespace mercer {

/// From sums at beta, penalty = G beta (both m x columns) and right = K' W b (m x t).
Certificate nystrom_certificate(const NystromSums& sums, const Mat<double>& penalty,
                                const Mat<double>& right, const std::vector<double>& lambdas,
                                bool centres_are_rows);

/// sums.squares of a solution without a pass: b' W b - beta' K' W b - lambda beta' G beta.
Col<double> nystrom_squares(const NystromProblem& problem, const Mat<double>& beta,
                            const Mat<double>& penalty, const Mat<double>& right);

}  // namespace mercer
