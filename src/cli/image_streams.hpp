// Images from standard input and to standard output.
#pragma once

#include <optional>
#include <string>

#include "cli/spooled_input.hpp"

namespace mercer::cli {

/// Stands for the paths IN and OUT of images, either of which may be "-". What comes from standard
/// input waits in a temporary file, and what goes to standard output is made in one: image files
/// are read from any place, and their suffix is their format.
class ImageStreams {
 public:
  /// Takes the standard input, if it is wanted.
  ImageStreams(const std::string& input, const std::string& output);

  const std::string& input() const { return input_; }

  /// In place of "-" it has the suffix of the input's format, or of another one.
  std::string output(const std::string& suffix = {}) const;

  /// Sends what is in output(suffix) to standard output, if it goes there.
  void send(const std::string& suffix = {}) const;

 private:
  std::optional<TemporaryFolder> folder_;  // if there is a stream
  std::string input_;
  std::string output_;
};

/// ".png", ".pgm", ".ppm" or ".npy", by the first bytes of a file; empty if it is none of these.
std::string image_suffix(const std::string& path);

}  // namespace mercer::cli
