#include "cli/plot/picture_file.hpp"

#include <system_error>

#include "mercer/core/errors.hpp"
#include "mercer/core/write_file.hpp"

namespace mercer::plot {

void write_picture(const std::filesystem::path& path, const std::string& content) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) {
    throw ParseError(path.string(), 0, "the file cannot be written: " + error.message());
  }
  write_file(path.string(), [&](std::ostream& out) { out << content; });
}

}  // namespace mercer::plot
