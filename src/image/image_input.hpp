// An image file that is open for reading.
#pragma once

#include <cstddef>
#include <istream>
#include <string>

#include "mercer/core/errors.hpp"
#include "mercer/image/image_file.hpp"

namespace mercer::detail {

struct ImageInput {
  std::istream& stream;     // at any place; readers begin at 0
  std::size_t size;         // of all of the stream, bytes
  const std::string& path;  // for messages

  void rewind() const {
    stream.clear();
    stream.seekg(0);
  }
  [[noreturn]] void refuse(const std::string& reason) const { throw ParseError(path, 0, reason); }
};

}  // namespace mercer::detail
