// Kernels from text.
#pragma once

#include <memory>
#include <string_view>

#include "mercer/kernel/kernel.hpp"

namespace mercer {

/// The inverse of Kernel::expression(), to the same bits and the same tree:
///
///     parse_kernel("0.5 * rbf(gamma=0.1) + pow(linear(), 2)")
///
/// Sums and products associate to the left, * binds tighter than +, a factor may be a number.
/// Parameters go by name in any order, or by position; rbf also takes sigma.
///     pow(k, exponent)   fixed(k)   ard(weights=[1, 2.5], k)   subset(features=[0, 2], k)
/// Throws std::invalid_argument; the message names the problem and shows the text with a caret
/// under the offending character. Text may nest 100 levels deep and hold 1000 operators.
std::unique_ptr<Kernel> parse_kernel(std::string_view text);

}  // namespace mercer
