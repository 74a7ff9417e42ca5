// Support vector classification on features: no kernel matrix.
#pragma once

#include <cstdint>
#include <span>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

struct LinearSvmOptions {
  double relative_gap = 1e-3;      // stop at a duality gap of at most this times |D|
  double bias_feature = 1;         // B, the constant feature; 0: no bias
  std::uint64_t seed = 1;          // of the order of the steps
  index_t max_epochs = 0;          // passes over the points; 0: 10000
  ProgressCallback progress = {};  // after each epoch; the criterion is the relative gap last seen
};

struct LinearSvmSolution {
  Col<double> w;      // r
  double bias = 0;    // f(z) = <w, z> + bias
  Col<double> alpha;  // one per point used
  Report report;      // with the certificate; residual is its relative gap
};

/// Classification with hinge loss, the bias as the weight of a constant feature B:
///     minimise  1/2 ||w||^2 + bias^2 / (2 B^2) + sum_i C_i max(0, 1 - y_i (<w, z_i> + bias))
/// The bias is mildly regularised, so that the optimum is not quite that of solve_svm; a larger B
/// takes that off and costs epochs. The dual has bounds and no equation,
///     maximise  sum_i alpha_i - 1/2 ||w||^2 - bias^2 / (2 B^2),   0 <= alpha_i <= C_i,
///     w = sum_i alpha_i y_i z_i,   bias = B^2 sum_i alpha_i y_i,
/// and is maximised one alpha_i at a time, in a new random order in each epoch; points at a bound
/// that the gradient holds there are left out until the others are done (shrinking).
///
/// Z: r x N, one column per point; points: the columns used (n of them, repeats allowed); y: n
/// labels +1 or -1; C: n bounds >= 0. An epoch costs 4 r n flops and reads the points once. On one
/// thread, sums in double: the same bits on every machine with the same rounding.
/// Throws std::invalid_argument on options out of range, sizes that do not fit and points that are
/// not finite.
/// Source: Hsieh, Chang, Lin, Keerthi & Sundararajan, A Dual Coordinate Descent Method for
/// Large-scale Linear SVM, ICML 2008, algorithm 3.
template <class T>
LinearSvmSolution solve_linear_svm(const Mat<T>& Z, std::span<const index_t> points,
                                   const Col<double>& y, const Col<double>& C,
                                   const LinearSvmOptions& options = {});

/// The certificate of alpha for this problem, afresh from the points: w is computed from alpha, and
/// the solver's is not used. The decision error bounds |f(z_i) - f*(z_i)| over the points used,
/// bias included: sqrt(gap max_i (||z_i||^2 + B^2)). Where some alpha_i is outside of its bounds,
/// as svm_certificate.
template <class T>
Certificate linear_svm_certificate(const Mat<T>& Z, std::span<const index_t> points,
                                   const Col<double>& y, const Col<double>& C, double bias_feature,
                                   const Col<double>& alpha);

}  // namespace mercer
