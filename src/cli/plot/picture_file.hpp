// Pictures as files.
#pragma once

#include <filesystem>
#include <string>

namespace mercer::plot {

/// write_file, into a folder that is made if it is not there. Throws ParseError as it does.
void write_picture(const std::filesystem::path& path, const std::string& content);

}  // namespace mercer::plot
