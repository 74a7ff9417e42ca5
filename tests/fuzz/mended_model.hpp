// A model file with the checksum that belongs to its bytes.
#pragma once

#include <string>

#include "model/model_format.hpp"

namespace mercer::test {

/// The last line, if it is a checksum, is replaced: the reader looks no further than a wrong one.
inline std::string mended_model(std::string bytes) {
  const auto last = bytes.rfind(detail::checksum_name);
  if (last != std::string::npos) bytes.resize(last);
  return bytes + detail::checksum_line(bytes);
}

}  // namespace mercer::test
