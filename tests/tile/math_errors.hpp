// Errors of vector functions against long double, on every instruction set.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/simd_targets.hpp"
#include "support/ulp.hpp"

namespace mercer {

template <class T>
using Limits = std::numeric_limits<T>;

/// Arguments in [low, high]: even spacing, random bit patterns (all magnitudes, subnormals among
/// them), and the two ends.
template <class T>
std::vector<T> arguments(T low, T high) {
  constexpr int count = 5000;
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::vector<T> x = {low, high};
  for (int i = 1; i < count; ++i) x.push_back(low + (high - low) * (T(i) / T(count)));
  Random random(1);
  for (int attempt = 0; attempt < 4 * count; ++attempt) {
    const T value = std::bit_cast<T>(static_cast<Bits>(random.bits()));
    if (value >= low && value <= high) x.push_back(value);
  }
  return x;
}

/// The largest error(function(x), exact(x)) over x, over all instruction sets.
template <class T, class Function, class Exact, class Error>
long double largest_error(const std::vector<T>& x, Function function, Exact exact, Error error) {
  std::vector<long double> expected;
  for (const T value : x) expected.push_back(exact(value));
  long double largest = 0;
  for_each_simd_target([&](const std::string& target) {
    std::vector<T> y = x;
    function(std::span<T>(y));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const long double e = error(y[i], expected[i]);
      if (!(e <= largest)) {
        largest = std::isnan(e) ? Limits<long double>::infinity() : e;
        UNSCOPED_INFO(target << ": " << largest << " at " << x[i]);
      }
    }
  });
  return largest;
}

template <class T>
long double relative_error(T computed, long double exact) {  // in units of u
  return std::abs(computed - exact) / std::abs(exact) / (Limits<T>::epsilon() / 2.0L);
}

/// The image of one value.
template <class T, class Function>
T at(Function function, T x) {
  function(std::span<T>(&x, 1));
  return x;
}

/// f(scale x + shift) without the rounding of the argument, by f(a + b) for a the argument in long
/// double and b what it lacks.
template <class T, class F>
long double at_exact_line(double scale, T x, double shift, F f) {
  const long double product = static_cast<long double>(scale) * x;
  const long double sum = product + shift;
  if (!std::isfinite(sum)) return f(sum, 0.0L);
  const long double of_product = std::fma(static_cast<long double>(scale), x, -product);
  const long double added = sum - product;
  const long double of_sum = (product - (sum - added)) + (shift - added);
  return f(sum, of_product + of_sum);
}

}  // namespace mercer
