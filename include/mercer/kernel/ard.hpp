// Automatic relevance determination: a kernel on weighted features.
#pragma once

#include <vector>

#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// k(x, y) = inner(w . x, w . y),  (w . x)_k = w_k x_k: weight w_k > 0 multiplies feature k, so it
/// is the inverse of that feature's length scale. Positive definite if inner is. Throws
/// std::invalid_argument if there are no weights or one is not finite and positive; bind throws if
/// their number is not the dimension of the points. Source: Rasmussen & Williams, Gaussian
/// Processes for Machine Learning, 2006, eq. 5.2. theta: the logarithms of the weights, then that
/// of inner; where inner has a length scale of its own, one of them is too many: fix it, see
/// fixed().
class Ard final : public Kernel {
 public:
  Ard(std::vector<double> weights,  // d
      AnyKernel inner);

  const std::vector<double>& weights() const { return weights_; }
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
  std::vector<double> weights_;
  AnyKernel inner_;
};

}  // namespace mercer
