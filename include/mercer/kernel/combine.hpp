// The algebra of kernels: sums, products, positive multiples and powers. All keep positive
// definiteness (products by Schur's theorem).
#pragma once

#include "mercer/core/check.hpp"
#include "mercer/kernel/kernel.hpp"
#include "mercer/kernel/parameter.hpp"

namespace mercer {

/// k(x, y) = left(x, y) + right(x, y). theta: that of left, then that of right.
class KernelSum final : public Kernel {
 public:
  KernelSum(AnyKernel left, AnyKernel right) : left_(std::move(left)), right_(std::move(right)) {}
  const Kernel& left() const { return left_; }
  const Kernel& right() const { return right_; }

  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const override;
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const override;
  std::unique_ptr<Kernel> clone() const override;
  std::string expression() const override;
  std::vector<double> theta() const override;
  std::vector<std::string> theta_names() const override;
  std::unique_ptr<Kernel> with_theta(std::span<const double> theta) const override;
  std::unique_ptr<BoundGradient> bind_gradient(Points<double> X) const override;

 private:
  AnyKernel left_;
  AnyKernel right_;
};

/// k(x, y) = left(x, y) right(x, y). theta: that of left, then that of right.
class KernelProduct final : public Kernel {
 public:
  KernelProduct(AnyKernel left, AnyKernel right)
      : left_(std::move(left)), right_(std::move(right)) {}
  const Kernel& left() const { return left_; }
  const Kernel& right() const { return right_; }

  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const override;
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const override;
  std::unique_ptr<Kernel> clone() const override;
  std::string expression() const override;
  std::vector<double> theta() const override;
  std::vector<std::string> theta_names() const override;
  std::unique_ptr<Kernel> with_theta(std::span<const double> theta) const override;
  std::unique_ptr<BoundGradient> bind_gradient(Points<double> X) const override;

 private:
  AnyKernel left_;
  AnyKernel right_;
};

/// k(x, y) = scale inner(x, y),  scale > 0. Throws std::invalid_argument if scale is not finite and
/// positive. theta: log scale, then that of inner.
class ScaledKernel final : public Kernel {
 public:
  ScaledKernel(double scale, AnyKernel inner)
      : scale_(require_positive("ScaledKernel: scale", scale)), inner_(std::move(inner)) {}
  double scale() const { return scale_; }
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
  double scale_;
  AnyKernel inner_;
};

/// k(x, y) = inner(x, y)^exponent,  exponent >= 1. Throws std::invalid_argument if exponent < 1.
/// theta: that of inner.
class KernelPower final : public Kernel {
 public:
  KernelPower(AnyKernel inner, int exponent)
      : inner_(std::move(inner)),
        exponent_(require_at_least_one("KernelPower: exponent", exponent)) {}
  const Kernel& inner() const { return inner_; }
  int exponent() const { return exponent_; }

  std::unique_ptr<BoundKernel<double>> bind(Points<double> X, Points<double> Y) const override;
  std::unique_ptr<BoundKernel<float>> bind(Points<float> X, Points<float> Y) const override;
  std::unique_ptr<Kernel> clone() const override;
  std::string expression() const override;
  std::vector<double> theta() const override;
  std::vector<std::string> theta_names() const override;
  std::unique_ptr<Kernel> with_theta(std::span<const double> theta) const override;
  std::unique_ptr<BoundGradient> bind_gradient(Points<double> X) const override;

 private:
  AnyKernel inner_;
  int exponent_;
};

KernelSum operator+(const Kernel& left, const Kernel& right);
KernelProduct operator*(const Kernel& left, const Kernel& right);
ScaledKernel operator*(double scale, const Kernel& kernel);
ScaledKernel operator*(const Kernel& kernel, double scale);
KernelPower pow(const Kernel& kernel, int exponent);

}  // namespace mercer
