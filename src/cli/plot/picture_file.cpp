#include "cli/plot/picture_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace mercer::plot {
namespace fs = std::filesystem;

void write_picture(const fs::path& path, const std::string& content) {
  const auto fail = [&path](const std::string& reason) {
    throw std::runtime_error(path.string() + ": the file cannot be written: " + reason);
  };
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) fail(error.message());
  // Its own name in each process, so that two of them do not write the same file.
  const fs::path temporary = path.string() + "." + std::to_string(::getpid()) + ".tmp";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  errno = 0;
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) {
    const std::string reason = std::strerror(errno);
    fs::remove(temporary, error);
    fail(reason);
  }
  fs::rename(temporary, path, error);
  if (!error) return;
  const std::string reason = error.message();
  fs::remove(temporary, error);
  fail(reason);
}

}  // namespace mercer::plot
