// Where results go: a file, or the standard output.
#pragma once

#include <ostream>
#include <string>

#include "mercer/core/function_ref.hpp"

namespace mercer {

/// As write_file; the path "-" is the standard output, "<stdout>" in messages, which gets what was
/// written before something failed too.
void write_output(const std::string& path, FunctionRef<void(std::ostream&)> write);

}  // namespace mercer
