// The checks of kernel parameters that are not plain numbers.
#pragma once

#include <string>

namespace mercer {

/// Returns value, or throws std::invalid_argument "<what> must be at least 1, is 0".
int require_at_least_one(const char* what, int value);

/// Returns name, or throws std::invalid_argument unless it matches [A-Za-z_][A-Za-z0-9_]*.
std::string require_identifier(const char* what, std::string name);

}  // namespace mercer
