// The likelihood of outputs under a Gaussian process, and its gradient.
#pragma once

#include <span>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/kernel/kernel.hpp"
#include "model/jitter.hpp"

namespace mercer {

struct GaussianEvidence {
  JitteredFactor factored;  // of A = K + diag(noise) + jitter I
  Col<double> alpha;        // A^-1 target
  double value = 0;         // log p(target), target ~ N(0, A)

  Status status() const { return factored.factor.status(); }
};

/// The factor of K + diag(noise) + jitter I: that of the evidence which found the jitter, to the
/// bit.
CholeskyFactor<double> gaussian_factor(const GramOperator<double>& K, const Col<double>& noise,
                                       double jitter, int threads);

/// n^3 / 3 flops. noise: variances (n). Throws NonFiniteError naming `where` if a value of K is not
/// finite.
GaussianEvidence gaussian_evidence(const char* where, const GramOperator<double>& K,
                                   const Col<double>& noise, const Col<double>& target, int threads,
                                   Poll poll);

/// The derivatives of the value in kernel.theta(), then in log added, a part of all variances. Uses
/// up the factor, whose memory takes the inverse: 2/3 n^3 flops. X: d x n.
std::vector<double> gaussian_gradient(GaussianEvidence&& evidence, const Kernel& kernel,
                                      const Mat<double>& X, double added, int threads, Poll poll);

/// noise + point_noise, the latter n values or none.
Col<double> variances_of(double noise, const Col<double>& point_noise, index_t n);

/// log p(target) as a function of theta: that of the kernel, then log noise. The data are borrowed.
struct GaussianLikelihood {
  const char* where;
  const Kernel& kernel;
  double noise;  // if theta ends before it
  const Mat<double>& X;
  const Col<double>& target;
  const Col<double>& point_noise;
  GramOptions options;

  /// The value, -infinity if there is no factor, and the derivatives in theta.
  double operator()(std::span<const double> theta, std::span<double> gradient, Poll poll) const;
};

}  // namespace mercer
