#include "mercer/kernel/fixed.hpp"

#include <algorithm>

namespace mercer {
namespace {

// The derivatives in the inner parameters are computed, where it has some, and left unused.
class FixedGradient final : public BoundGradient {
 public:
  FixedGradient(const Kernel& inner, Points<double> X)
      : inner_(inner.bind_gradient(X)), parameters_(inner.theta().size()) {}

  double add(Range rows, Range cols, Tile<const double> M, std::span<double>,
             std::span<double> in_weights, Scratch& scratch) const override {
    const auto unused = scratch.lease<double>(parameters_);
    std::fill_n(unused.data(), parameters_, 0.0);
    return inner_->add(rows, cols, M, {unused.data(), parameters_}, in_weights, scratch);
  }

 private:
  std::unique_ptr<BoundGradient> inner_;
  std::size_t parameters_;
};

}  // namespace

std::unique_ptr<BoundKernel<double>> FixedKernel::bind(Points<double> X, Points<double> Y) const {
  return inner_->bind(X, Y);
}
std::unique_ptr<BoundKernel<float>> FixedKernel::bind(Points<float> X, Points<float> Y) const {
  return inner_->bind(X, Y);
}
std::unique_ptr<Kernel> FixedKernel::clone() const { return std::make_unique<FixedKernel>(*this); }
std::string FixedKernel::expression() const { return "fixed(" + inner_->expression() + ')'; }

std::unique_ptr<BoundGradient> FixedKernel::bind_gradient(Points<double> X) const {
  return std::make_unique<FixedGradient>(inner(), X);
}

}  // namespace mercer
