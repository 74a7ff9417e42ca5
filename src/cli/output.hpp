// Files that the program writes.
#pragma once

#include <functional>
#include <ostream>
#include <string>

namespace mercer::cli {

/// Throws ParseError if a file of this name cannot be written, before long work whose result it is
/// to hold: the folder is missing or read-only, the path is a folder. "-" can.
void require_writable(const std::string& path);

/// Calls write with the path; "-": with that of a temporary file, whose content then goes to
/// standard output.
void save(const std::string& path, const std::function<void(const std::string&)>& write);

/// Writes text lines to path, whole or not at all; "-": to standard output.
void write_text(const std::string& path, const std::function<void(std::ostream&)>& write);

}  // namespace mercer::cli
