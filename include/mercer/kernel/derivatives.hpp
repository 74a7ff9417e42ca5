// What a kernel tells of its parameters, so that they can be optimised.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// A parameter that may take any positive value: an item of what a kernel's parameters() returns.
struct PositiveParameter {
  const char* name;
  double& value;
};

/// Of k = f(s): f'(s), and dk / dlog p for each p of parameters(). Finite also at s = 0.
template <std::size_t count>
struct Derivatives {
  double slope;
  std::array<double, count> in_logs;
};

namespace detail {

/// Throws std::invalid_argument unless theta has as many values as kernel.theta().
void require_theta(const Kernel& kernel, std::span<const double> theta);

/// exp(theta), or throws std::invalid_argument naming the parameter if that is not finite and
/// positive.
double positive_from_log(const std::string& name, double theta);

/// "rbf" of "rbf(gamma=0.5)".
std::string name_of(const Kernel& kernel);

[[noreturn]] void throw_no_derivatives(const Kernel& kernel);

/// a, then b.
template <class V>
std::vector<V> concatenated(std::vector<V> a, const std::vector<V>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace detail

}  // namespace mercer
