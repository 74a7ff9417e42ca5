// Logistic regression in the space of a kernel, by Newton's method.
#pragma once

#include <optional>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/solver/cholesky.hpp"

namespace mercer {

struct LogisticOptions {
  double scale = 1;         // the prior covariance of f is scale K
  bool factor = true;       // also that of B at the mode
  double tolerance = 1e-6;  // largest change of f in the last step; its error is of the square
  index_t max_iterations = 100;
  int threads = 0;
};

/// The maximum of  psi(f) = sum_i log sigma(y_i f_i) - 1/2 f' (scale K)^-1 f,  y_i = -1 or +1.
struct LogisticMode {
  Status status = Status::converged;  // or not_positive_definite, iteration_limit
  index_t iterations = 0;
  Col<double> a;  // f = scale K a
  Col<double> f;
  Col<double> gradient;   // of the likelihood, (y + 1) / 2 - sigma(f): a itself at the mode
  Col<double> root_w;     // sqrt(sigma(f) (1 - sigma(f)))
  double step = 0;        // the largest change of f in the last step
  double likelihood = 0;  // sum_i log sigma(y_i f_i)
  double penalty = 0;     // 1/2 f' (scale K)^-1 f
  // -psi(f) less its lower bound by the dual variables beta_i = sigma(-y_i f_i):
  //     sum_i h(beta_i) - 1/2 (y beta)' scale K (y beta),  h the binary entropy.
  double gap = 0;
  std::optional<CholeskyFactor<double>> factor;  // of B = I + scale W^1/2 K W^1/2
  index_t failed_minor = 0;
};

/// The factor of B = I + scale W^1/2 K W^1/2 for a given root of W: that of the mode, to the bit.
CholeskyFactor<double> logistic_factor(const GramOperator<double>& K, const Col<double>& root_w,
                                       double scale, int threads, Poll poll);

/// n^3 / 3 flops and two products with K a step; one half of a matrix beside K. Steps that do not
/// raise psi are halved. poll may throw between pieces of work.
/// Source: Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, algorithm 3.1.
LogisticMode solve_logistic(const GramOperator<double>& K, const Col<double>& y,
                            const LogisticOptions& options, Poll poll);

}  // namespace mercer
