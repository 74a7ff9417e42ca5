// Errors in units in the last place.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace mercer {

/// |computed - exact| in units in the last place of T at exact, subnormal results included: 0 for a
/// NaN or an infinity where one is due, infinite for one where none is.
template <class T>
long double ulp_error(T computed, long double exact) {
  using Limits = std::numeric_limits<T>;
  constexpr long double infinite = std::numeric_limits<long double>::infinity();
  if (std::isnan(exact) || std::isnan(computed)) {
    return std::isnan(exact) && std::isnan(computed) ? 0 : infinite;
  }
  const long double overflow =
      static_cast<long double>(Limits::max()) * (1 + Limits::epsilon() / 4);
  if (std::isinf(computed)) {
    return std::abs(exact) >= overflow && (exact > 0) == (computed > 0) ? 0 : infinite;
  }
  if (std::isinf(exact)) return infinite;
  const int exponent =
      exact == 0 ? Limits::min_exponent - 1 : std::max(std::ilogb(exact), Limits::min_exponent - 1);
  const long double difference = std::abs(static_cast<long double>(computed) - exact);
  return difference / std::ldexp(1.0L, exponent - Limits::digits + 1);
}

}  // namespace mercer
