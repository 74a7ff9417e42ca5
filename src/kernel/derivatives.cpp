#include "mercer/kernel/derivatives.hpp"

#include <cmath>
#include <stdexcept>

#include "mercer/core/check.hpp"

namespace mercer::detail {

void require_theta(const Kernel& kernel, std::span<const double> theta) {
  const std::size_t expected = kernel.theta().size();
  if (theta.size() == expected) return;
  throw std::invalid_argument("with_theta: theta must have " + std::to_string(expected) +
                              " values (one per parameter of " + kernel.expression() + "), has " +
                              std::to_string(theta.size()));
}

double positive_from_log(const std::string& name, double theta) {
  const double value = std::exp(theta);
  if (value > 0 && std::isfinite(value)) return value;
  throw std::invalid_argument("with_theta: " + name +
                              " = exp(theta) must be finite and positive, theta is " +
                              shortest(theta));
}

std::string name_of(const Kernel& kernel) {
  const std::string text = kernel.expression();
  return text.substr(0, text.find('('));
}

void throw_no_derivatives(const Kernel& kernel) {
  throw std::invalid_argument(kernel.expression() +
                              " has no derivatives: its class needs the member `derivatives`, see "
                              "PairwiseKernel");
}

}  // namespace mercer::detail
