// The gradient of a kernel without parameters: its values only.
#pragma once

#include <memory>
#include <span>

#include "mercer/kernel/kernel.hpp"

namespace mercer {

class ValueGradient final : public BoundGradient {
 public:
  ValueGradient(const Kernel& kernel, Points<double> X)
      : kernel_(kernel), values_(kernel.bind(X, X)) {}

  double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
             std::span<double> in_weights, Scratch& scratch) const override;

 private:
  AnyKernel kernel_;  // for messages
  std::unique_ptr<BoundKernel<double>> values_;
};

}  // namespace mercer
