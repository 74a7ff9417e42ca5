// The duality gap of a logistic problem.
#pragma once

#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"

namespace mercer {

/// Objectives and gap of  minimise sum_i log(1 + exp(-y_i f_i)) + lambda / 2 alpha' K alpha,
/// f = K alpha, at alpha. With beta_i = sigma(-y_i f_i), the dual objective is sum_i h(beta_i) - 1
/// / (2 lambda) (y beta)' K (y beta), h the binary entropy. alpha: n; y: n signs.
Certificate logistic_certificate(const GramOperator<double>& K, const Col<double>& alpha,
                                 const Col<double>& y, double lambda);

}  // namespace mercer
