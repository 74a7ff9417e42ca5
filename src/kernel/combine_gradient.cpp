// The parameters and derivatives of sums, products, multiples and powers.
#include <algorithm>
#include <cmath>

#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/derivatives.hpp"
#include "mercer/tile/math.hpp"
#include "mercer/tile/statistic.hpp"

namespace mercer {
namespace {

using detail::concatenated;

Tile<const double> read_only(Tile<double> tile) {
  return {tile.data, tile.rows, tile.cols, tile.stride};
}

// to <- M o K^exponent times factor, column by column.
void weigh(Tile<const double> M, int exponent, double factor, Tile<double> K) {
  for (index_t j = 0; j < M.cols; ++j) {
    const std::span<double> k(K.column(j), K.rows);
    if (exponent > 1) math::power(k, 1.0, 0.0, exponent);
    math::multiply(k, std::span<const double>(M.column(j), M.rows));
    if (factor != 1) math::scale(k, factor);
  }
}

class SumGradient final : public BoundGradient {
 public:
  SumGradient(const KernelSum& kernel, Points<double> X) : split_(kernel.left().theta().size()) {
    X = sharing(X, X).first;
    left_ = kernel.left().bind_gradient(X);
    right_ = kernel.right().bind_gradient(X);
  }

  double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
             std::span<double> in_weights, Scratch& scratch) const override {
    const double left = left_->add(rows, cols, M, in_theta.first(split_), in_weights, scratch);
    return left + right_->add(rows, cols, M, in_theta.subspan(split_), in_weights, scratch);
  }

 private:
  std::size_t split_;
  std::unique_ptr<BoundGradient> left_;
  std::unique_ptr<BoundGradient> right_;
};

// d(AB) = B dA + A dB: each side sees M times the values of the other.
class ProductGradient final : public BoundGradient {
 public:
  ProductGradient(const KernelProduct& kernel, Points<double> X)
      : split_(kernel.left().theta().size()) {
    X = sharing(X, X).first;
    left_values_ = kernel.left().bind(X, X);
    right_values_ = kernel.right().bind(X, X);
    left_ = kernel.left().bind_gradient(X);
    right_ = kernel.right().bind_gradient(X);
  }

  double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
             std::span<double> in_weights, Scratch& scratch) const override {
    const index_t stride = padded_stride<double>(rows.size());
    const auto lease = scratch.lease<double>(stride * cols.size());
    const Tile<double> weights{lease.data(), rows.size(), cols.size(), stride};
    right_values_->fill(rows, cols, weights, scratch);
    weigh(M, 1, 1, weights);
    left_->add(rows, cols, read_only(weights), in_theta.first(split_), in_weights, scratch);
    left_values_->fill(rows, cols, weights, scratch);
    weigh(M, 1, 1, weights);
    return right_->add(rows, cols, read_only(weights), in_theta.subspan(split_), in_weights,
                       scratch);
  }

 private:
  std::size_t split_;
  std::unique_ptr<BoundKernel<double>> left_values_;
  std::unique_ptr<BoundKernel<double>> right_values_;
  std::unique_ptr<BoundGradient> left_;
  std::unique_ptr<BoundGradient> right_;
};

// All derivatives of c K are c times those of K, and that in log c is c K itself.
class ScaledGradient final : public BoundGradient {
 public:
  ScaledGradient(const ScaledKernel& kernel, Points<double> X)
      : scale_(kernel.scale()), inner_(kernel.inner().bind_gradient(X)) {}

  double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
             std::span<double> in_weights, Scratch& scratch) const override {
    const std::size_t parameters = in_theta.size() - 1;
    const std::size_t count = parameters + in_weights.size();
    const auto lease = scratch.lease<double>(count);
    std::fill_n(lease.data(), count, 0.0);
    const std::span<double> theta(lease.data(), parameters);
    const std::span<double> weights(lease.data() + parameters, in_weights.size());
    const double sum = scale_ * inner_->add(rows, cols, M, theta, weights, scratch);
    in_theta[0] += sum;
    for (std::size_t p = 0; p < parameters; ++p) in_theta[1 + p] += scale_ * theta[p];
    for (std::size_t k = 0; k < weights.size(); ++k) in_weights[k] += scale_ * weights[k];
    return sum;
  }

 private:
  double scale_;
  std::unique_ptr<BoundGradient> inner_;
};

// d(K^p) = p K^(p - 1) dK.
class PowerGradient final : public BoundGradient {
 public:
  PowerGradient(const KernelPower& kernel, Points<double> X) : exponent_(kernel.exponent()) {
    X = sharing(X, X).first;
    values_ = kernel.inner().bind(X, X);
    inner_ = kernel.inner().bind_gradient(X);
  }

  double add(Range rows, Range cols, Tile<const double> M, std::span<double> in_theta,
             std::span<double> in_weights, Scratch& scratch) const override {
    if (exponent_ == 1) return inner_->add(rows, cols, M, in_theta, in_weights, scratch);
    const index_t stride = padded_stride<double>(rows.size());
    const auto lease = scratch.lease<double>(stride * cols.size());
    const Tile<double> weights{lease.data(), rows.size(), cols.size(), stride};
    values_->fill(rows, cols, weights, scratch);
    weigh(M, exponent_ - 1, exponent_, weights);
    return inner_->add(rows, cols, read_only(weights), in_theta, in_weights, scratch) / exponent_;
  }

 private:
  int exponent_;
  std::unique_ptr<BoundKernel<double>> values_;
  std::unique_ptr<BoundGradient> inner_;
};

// theta of left before that of right.
template <class Pair>
std::unique_ptr<Kernel> pair_with_theta(const Pair& kernel, std::span<const double> theta) {
  detail::require_theta(kernel, theta);
  const std::size_t split = kernel.left().theta().size();
  return std::make_unique<Pair>(kernel.left().with_theta(theta.first(split)),
                                kernel.right().with_theta(theta.subspan(split)));
}

}  // namespace

std::vector<double> KernelSum::theta() const {
  return concatenated(left_->theta(), right_->theta());
}
std::vector<std::string> KernelSum::theta_names() const {
  return concatenated(left_->theta_names(), right_->theta_names());
}
std::unique_ptr<Kernel> KernelSum::with_theta(std::span<const double> theta) const {
  return pair_with_theta(*this, theta);
}
std::unique_ptr<BoundGradient> KernelSum::bind_gradient(Points<double> X) const {
  return std::make_unique<SumGradient>(*this, X);
}

std::vector<double> KernelProduct::theta() const {
  return concatenated(left_->theta(), right_->theta());
}
std::vector<std::string> KernelProduct::theta_names() const {
  return concatenated(left_->theta_names(), right_->theta_names());
}
std::unique_ptr<Kernel> KernelProduct::with_theta(std::span<const double> theta) const {
  return pair_with_theta(*this, theta);
}
std::unique_ptr<BoundGradient> KernelProduct::bind_gradient(Points<double> X) const {
  return std::make_unique<ProductGradient>(*this, X);
}

std::vector<double> ScaledKernel::theta() const {
  return concatenated({std::log(scale_)}, inner_->theta());
}
std::vector<std::string> ScaledKernel::theta_names() const {
  return concatenated({std::string("scale")}, inner_->theta_names());
}
std::unique_ptr<Kernel> ScaledKernel::with_theta(std::span<const double> theta) const {
  detail::require_theta(*this, theta);
  return std::make_unique<ScaledKernel>(detail::positive_from_log("scale", theta[0]),
                                        inner_->with_theta(theta.subspan(1)));
}
std::unique_ptr<BoundGradient> ScaledKernel::bind_gradient(Points<double> X) const {
  return std::make_unique<ScaledGradient>(*this, X);
}

std::vector<double> KernelPower::theta() const { return inner_->theta(); }
std::vector<std::string> KernelPower::theta_names() const { return inner_->theta_names(); }
std::unique_ptr<Kernel> KernelPower::with_theta(std::span<const double> theta) const {
  return std::make_unique<KernelPower>(inner_->with_theta(theta), exponent_);
}
std::unique_ptr<BoundGradient> KernelPower::bind_gradient(Points<double> X) const {
  return std::make_unique<PowerGradient>(*this, X);
}

}  // namespace mercer
