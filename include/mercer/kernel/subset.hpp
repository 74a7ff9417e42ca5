// A kernel that sees some features only.
#pragma once

#include <vector>

#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// k(x, y) = inner(x_F, y_F),  F a list of features counted from 0, in the order given. Positive
/// semi-definite if inner is.
/// Throws std::invalid_argument if the list is empty or names a feature twice; bind throws if it
/// names a feature that the points do not have.
class Subset final : public Kernel {
 public:
  Subset(std::vector<index_t> features, AnyKernel inner);

  const std::vector<index_t>& features() const { return features_; }
  const Kernel& inner() const { return inner_; }

  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const override;
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const override;
  std::unique_ptr<Kernel> clone() const override;
  std::string expression() const override;
  std::vector<double> theta() const override;
  std::vector<std::string> theta_names() const override;
  std::unique_ptr<Kernel> with_theta(std::span<const double> theta) const override;
  std::unique_ptr<BoundGradient> bind_gradient(Points<double> X) const override;

 private:
  std::vector<index_t> features_;
  AnyKernel inner_;
};

}  // namespace mercer
