// The text of model files: what its writer and its reader have in common.
//
//     mercer model 1                     the version of the format
//     estimator Svc
//     scalar double
//     kernel "rbf(gamma=0.1)"            or: kernel none
//     [options]                          "name value" lines
//     C 1
//     ...
//     [context]  [report]  [model]       the same; then lists and tables
//     biases 1 -0.25                     how many, and the values
//     support_points 3 x 2 dense         a line for each point
//     0.5 1
//     ...
//     checksum 5d2e81f0                  CRC-32 of all bytes before this line
//
// Every line ends in \n, what it holds is divided by single spaces. Text stands in quotes, with \\,
// \", \n, and \x1f for other control characters.
#pragma once

#include <initializer_list>
#include <string_view>

#include "mercer/core/types.hpp"

namespace mercer::detail {

inline constexpr std::string_view model_magic = "mercer model ";
inline constexpr index_t model_version = 1;
inline constexpr std::string_view checksum_name = "checksum ";

/// "checksum 5d2e81f0\n" of the bytes.
std::string checksum_line(std::string_view bytes);

/// What an enumeration's values are called, in their order.
using Names = std::initializer_list<const char*>;

/// Whether a table or a list may hold NaN and infinities.
enum class Values { finite, any };

/// How many entries something must have, if that is known before it is read.
struct Expected {
  static constexpr index_t unknown = ~index_t{0};
  Expected() = default;
  Expected(index_t n) : count(n) {}  // NOLINT: implicit
  bool allows(index_t n) const { return count == unknown || n == count; }

  index_t count = unknown;
};

}  // namespace mercer::detail
