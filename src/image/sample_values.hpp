// Values of an image into the type that a filter computes in, and back.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "mercer/core/types.hpp"

namespace mercer {

/// What filters compute in: float where one end has 8 bits, which is more than they need; else
/// double. (Sums of floats in float are 4e-7 from the truth at sigma 2, more than a float rounds.)
template <class In, class Out>
using Work = std::conditional_t<(std::is_same_v<In, std::uint8_t> ||
                                 std::is_same_v<Out, std::uint8_t>)&&sizeof(In) <= sizeof(float) &&
                                    sizeof(Out) <= sizeof(float),
                                float, double>;

/// Integers are rounded to nearest, ties to even, and kept in their range.
template <class W, class Out>
Out finished(W value) {
  if constexpr (std::is_integral_v<Out>) {
    // Adding and taking away 1.5 * 2^(digits - 1) rounds, and serves SIMD.
    constexpr W shift = W(3) * static_cast<W>(index_t{1} << (std::numeric_limits<W>::digits - 2));
    const W most = std::numeric_limits<Out>::max();
    const W kept = value < 0 ? W(0) : value > most ? most : value;
    return static_cast<Out>((kept + shift) - shift);
  } else {
    return static_cast<Out>(value);
  }
}

}  // namespace mercer
