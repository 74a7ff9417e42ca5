#include "image/whole_window.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "image/half_window.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/memory.hpp"

namespace mercer::detail {
namespace {

[[noreturn]] void refuse(const char* where, const std::string& message) {
  throw std::invalid_argument(std::string(where) + ": " + message);
}

// count * bytes_each, or the largest number if that is beyond it.
std::size_t bytes_of(std::size_t count, std::size_t bytes_each) {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  return count <= most / bytes_each ? count * bytes_each : most;
}

void require_window(const WindowDoor& door, index_t size, double width, bool odd,
                    const WindowOptions& options) {
  const auto name = [&](const char* argument) { return std::string(argument) + " must be "; };
  if (size == 0) refuse(door.where, name(door.size) + "at least 1, is 0");
  if (odd && size % 2 == 0) {
    refuse(door.where, name(door.size) +
                           "odd for a discrete window, which lives on the integers around 0, is " +
                           std::to_string(size));
  }
  require_positive((std::string(door.where) + ": " + door.width).c_str(), width);
  if (options.order < 0 || options.order > 4) {
    refuse(door.where, name("the order of the derivative") + "one of 0 to 4, is " +
                           std::to_string(options.order));
  }
  // A double for each, and a long double for each second.
  require_budget(door.where, "the " + std::to_string(size) + " weights", bytes_of(size, 16), 0);
}

Col<double> mirrored(const WindowDoor& door, index_t size, double width, const HalfWindow& half,
                     const WindowOptions& options) {
  Col<double> window(size);
  const bool odd_order = options.order % 2 == 1;
  for (index_t k = 0; k < half.values.size(); ++k) {
    const auto weight = static_cast<double>(options.normalise ? half.values[k] / half.mass
                                                              : half.values[k] * half.unit);
    if (!std::isfinite(weight)) {
      refuse(door.where, "the derivative of order " + std::to_string(options.order) +
                             " exceeds the range of double where " + door.width + " is " +
                             shortest(width));
    }
    window(size / 2 + k) = weight;
    window((size - 1) / 2 - k) = odd_order ? -weight : weight;
  }
  if (size % 2 == 1 && odd_order) window(size / 2) = 0;  // not -0
  return window;
}

}  // namespace

HalfWindow half_window(index_t size, long double sigma, Discretisation discretisation, int order) {
  switch (discretisation) {
    case Discretisation::sampled:
      return sampled_half(size, sigma, order);
    case Discretisation::integrated:
      return integrated_half(size, sigma, order);
    default:
      return discrete_half(size, sigma, order);
  }
}

Col<double> whole_window(const WindowDoor& door, index_t size, double sigma,
                         Discretisation discretisation, const WindowOptions& options) {
  require_window(door, size, sigma, discretisation == Discretisation::discrete, options);
  return mirrored(door, size, sigma, half_window(size, sigma, discretisation, options.order),
                  options);
}

Col<double> whole_nsig_window(const WindowDoor& door, index_t size, double nsig,
                              const WindowOptions& options) {
  require_window(door, size, nsig, false, options);
  const long double sigma = static_cast<long double>(size) / (2 * static_cast<long double>(nsig));
  return mirrored(door, size, nsig, integrated_half(size, sigma, options.order), options);
}

void require_kernel_memory(const char* where, index_t rows, index_t cols) {
  const std::size_t column = bytes_of(rows, sizeof(double));
  require_budget(where, "the " + std::to_string(rows) + " x " + std::to_string(cols) + " weights",
                 bytes_of(cols, column), 0);
}

}  // namespace mercer::detail
