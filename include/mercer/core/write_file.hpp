// Files that are written whole or not at all.
#pragma once

#include <ostream>
#include <string>

#include "mercer/core/function_ref.hpp"

namespace mercer {

/// Gives path the content that write(stream) writes. It goes to a temporary file in the same
/// folder, "<path>.1234-0.tmp", which takes the name when it is complete: until then, and if
/// anything fails, an older file of that name stays as it is, and no part of the new one. The
/// system has brought the new one to its medium when it takes the name, and the name when this
/// returns, so that also a crash of the machine leaves one of the two whole. The new file has the
/// permissions of the older one; a symbolic link stays one. A device or a pipe, such as /dev/null,
/// gets what is written as it comes. Throws ParseError "path: the file
/// cannot be written: No space left on device", and what write throws.
void write_file(const std::string& path, FunctionRef<void(std::ostream&)> write);

/// The same for a library that opens files itself: write(name) writes to the temporary file of that
/// name, which is there and empty.
void write_named_file(const std::string& path, FunctionRef<void(const std::string& name)> write);

/// Throws as write_file does where its temporary file cannot be made: before long work whose result
/// is to go there. The standard output, "-", is always there.
void require_writable(const std::string& path);

}  // namespace mercer
