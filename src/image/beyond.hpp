// Where in a line its continuation beyond the edges comes from.
#pragma once

#include <algorithm>
#include <cstdint>

#include "mercer/core/types.hpp"
#include "mercer/image/boundary.hpp"

namespace mercer {

/// Nothing of the line: the constant.
inline constexpr index_t outside = ~index_t{0};

/// The place in a line of n that stands for place i, i of any sign.
inline index_t place_in_line(std::int64_t i, index_t n, Boundary boundary) {
  const auto size = static_cast<std::int64_t>(n);
  if (0 <= i && i < size) return static_cast<index_t>(i);
  const auto modulo = [&](std::int64_t period) { return (i % period + period) % period; };
  switch (boundary) {
    case Boundary::reflect: {
      const std::int64_t at = modulo(2 * size);
      return static_cast<index_t>(std::min(at, 2 * size - 1 - at));
    }
    case Boundary::mirror: {
      if (size == 1) return 0;
      const std::int64_t at = modulo(2 * size - 2);
      return static_cast<index_t>(std::min(at, 2 * size - 2 - at));
    }
    case Boundary::nearest:
      return i < 0 ? 0 : n - 1;
    case Boundary::wrap:
      return static_cast<index_t>(modulo(size));
    case Boundary::constant:
      break;
  }
  return outside;
}

}  // namespace mercer
