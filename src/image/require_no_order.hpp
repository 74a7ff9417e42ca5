// For functions that choose the orders of derivatives themselves.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>

#include "mercer/image/gaussian_filter.hpp"

namespace mercer {

/// Throws std::invalid_argument "<where>: order must be left at 0".
inline void require_no_order(const char* where, const GaussianFilterOptions& options) {
  if (std::all_of(options.order.begin(), options.order.end(), [](int k) { return k == 0; })) return;
  throw std::invalid_argument(std::string(where) + ": order must be left at 0");
}

}  // namespace mercer
