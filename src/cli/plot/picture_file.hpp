// Pictures as files.
#pragma once

#include <filesystem>
#include <string>

namespace mercer::plot {

/// Gives path the content, whole or not at all: it is written to a temporary file in the same
/// folder, which is made if it is not there, and renamed. Throws std::runtime_error "path: the file
/// cannot be written: ..." and leaves an older file as it was.
void write_picture(const std::filesystem::path& path, const std::string& content);

}  // namespace mercer::plot
