#include "cli/image_streams.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "mercer/core/write_output.hpp"

namespace mercer::cli {
namespace fs = std::filesystem;

ImageStreams::ImageStreams(const std::string& input, const std::string& output)
    : input_(input), output_(output) {
  if (input != "-" && output != "-") return;
  std::string name = (fs::temp_directory_path() / "mercer-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("there is no room for temporary files in " +
                             fs::temp_directory_path().string());
  }
  folder_ = name;
  if (input != "-") return;
  input_ = (folder_ / "stdin").string();
  std::ofstream file(input_, std::ios::binary);
  if (std::cin.peek() != std::char_traits<char>::eof()) file << std::cin.rdbuf();
}

ImageStreams::~ImageStreams() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::string ImageStreams::output(const std::string& suffix) const {
  if (output_ != "-") return output_;
  return (folder_ / ("stdout" + (suffix.empty() ? image_suffix(input_) : suffix))).string();
}

void ImageStreams::send(const std::string& suffix) const {
  if (output_ != "-") return;
  std::ifstream file(output(suffix), std::ios::binary);
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
