// The likelihood of outputs under a Gaussian process, and its gradient.
#pragma once

#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/kernel.hpp"
#include "model/jitter.hpp"

namespace mercer {

/// The data of a Gaussian process, borrowed: points X (d x n), outputs less their mean (n), known
/// variances (n, or none).
struct GaussianData {
  const Mat<double>& X;
  const Col<double>& target;
  const Col<double>& point_noise;
};

struct GaussianEvidence {
  JitteredFactor factored;  // of A = K + diag(noise + noise_i) + jitter I
  Col<double> alpha;        // A^-1 target
  double value = 0;         // log p(target)

  Status status() const { return factored.factor.status(); }
};

/// n^3 / 3 flops. Throws NonFiniteError naming `where` if a value of the kernel is not finite.
GaussianEvidence gaussian_evidence(const char* where, const Kernel& kernel, double noise,
                                   const GaussianData& data, const GramOptions& options, Poll poll);

/// The derivatives of the value in kernel.theta(), then in log noise. Uses up the factor, whose
/// memory takes the inverse: 2/3 n^3 flops.
std::vector<double> gaussian_gradient(GaussianEvidence&& evidence, const Kernel& kernel,
                                      double noise, const GaussianData& data,
                                      const GramOptions& options, Poll poll);

}  // namespace mercer
