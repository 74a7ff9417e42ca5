// Images to standard output, and what tells their formats.
#pragma once

#include <optional>
#include <string>

#include "cli/spooled_input.hpp"

namespace mercer::cli {

/// Stands for the path OUT of an image, which may be "-": what goes to standard output is made in a
/// temporary file, because its suffix is its format.
class ImageOutput {
 public:
  /// suffix: of the file in place of "-".
  ImageOutput(const std::string& path, const std::string& suffix);

  const std::string& path() const { return path_; }

  /// Sends what is in path() to standard output, if it goes there.
  void send() const;

 private:
  std::optional<TemporaryFolder> folder_;  // in place of "-"
  std::string path_;
};

/// ".png", ".pgm", ".ppm" or ".npy", by the first bytes of a file; empty if it is none of these.
std::string image_suffix(const std::string& path);

}  // namespace mercer::cli
