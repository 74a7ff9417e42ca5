#include "cli/image_streams.hpp"

#include <fstream>

#include "mercer/core/write_output.hpp"

namespace mercer::cli {

ImageStreams::ImageStreams(const std::string& input, const std::string& output)
    : input_(input), output_(output) {
  if (input == "-" || output == "-") folder_.emplace();
  if (input != "-") return;
  input_ = *folder_ / "stdin";
  save_standard_input(input_);
}

std::string ImageStreams::output(const std::string& suffix) const {
  if (output_ != "-") return output_;
  return *folder_ / ("stdout" + (suffix.empty() ? image_suffix(input_) : suffix));
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
