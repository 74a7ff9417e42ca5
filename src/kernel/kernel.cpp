#include "mercer/kernel/kernel.hpp"

#include <stdexcept>

#include "kernel/value_gradient.hpp"
#include "mercer/kernel/derivatives.hpp"

namespace mercer {

std::unique_ptr<Kernel> Kernel::with_theta(std::span<const double> theta) const {
  detail::require_theta(*this, theta);
  return clone();
}

std::unique_ptr<BoundGradient> Kernel::bind_gradient(Points<double> X) const {
  if (!theta().empty()) detail::throw_no_derivatives(*this);
  return std::make_unique<ValueGradient>(*this, X);
}

}  // namespace mercer
