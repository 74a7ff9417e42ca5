// The text of kernels: "name(parameter=value, ...)".
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace mercer {

/// expression_of("cauchy", {{"scale", 0.1}}) is "cauchy(scale=0.1)"; numbers are the shortest
/// decimals that read back to the same double.
std::string expression_of(std::string_view name,
                          std::initializer_list<std::pair<std::string_view, double>> parameters);

}  // namespace mercer
