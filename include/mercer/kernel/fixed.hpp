// A kernel whose parameters stay as they are.
#pragma once

#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// k(x, y) = inner(x, y), with no parameters to optimise: theta() is empty. Ard(weights,
/// fixed(Rbf(0.5))) has the weights as its only parameters.
class FixedKernel final : public Kernel {
 public:
  explicit FixedKernel(AnyKernel inner) : inner_(std::move(inner)) {}
  const Kernel& inner() const { return inner_; }

  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const override;
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const override;
  std::unique_ptr<Kernel> clone() const override;
  std::string expression() const override;  // "fixed(rbf(gamma=0.5))"
  std::unique_ptr<BoundGradient> bind_gradient(Points<double> X) const override;

 private:
  AnyKernel inner_;
};

inline FixedKernel fixed(const Kernel& kernel) { return FixedKernel(kernel); }

}  // namespace mercer
