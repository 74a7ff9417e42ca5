#include "cli/image_output.hpp"

#include <fstream>

#include "mercer/core/write_output.hpp"

namespace mercer::cli {

ImageOutput::ImageOutput(const std::string& path, const std::string& suffix) : path_(path) {
  if (path == "-") path_ = folder_.emplace() / ("stdout" + suffix);
}

void ImageOutput::send() const {
  if (!folder_) return;
  std::ifstream file(path_, std::ios::binary);
  write_output("-", [&](std::ostream& out) { out << file.rdbuf(); });
}

std::string image_suffix(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string begin(6, '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (begin.starts_with("\x89PNG")) return ".png";
  if (begin.starts_with("P5")) return ".pgm";
  if (begin.starts_with("P6")) return ".ppm";
  return begin == "\x93NUMPY" ? ".npy" : "";
}

}  // namespace mercer::cli
