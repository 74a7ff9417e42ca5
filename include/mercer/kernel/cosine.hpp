// The cosine of the angle between two points.
#pragma once

#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// Cosine kernel  k(x, y) = <x, y> / sqrt(<x, x> <y, y>),  0 if x or y is 0. In [-1, 1], and
/// exactly 1 between equal points that are not 0. Positive semi-definite, of rank at most d. Points
/// are scaled by powers of two first, so that no norm overflows or underflows.
class Cosine final : public Kernel {
 public:
  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const override;
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const override;
  std::unique_ptr<Kernel> clone() const override;
  std::string expression() const override;
  std::unique_ptr<BoundGradient> bind_gradient(Points<double> X) const override;
};

}  // namespace mercer
