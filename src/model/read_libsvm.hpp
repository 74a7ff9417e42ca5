// A model of LIBSVM from the bytes of its file.
#pragma once

#include <string>

#include "mercer/model/model_file.hpp"

namespace mercer::detail {

/// As from_libsvm; path: for messages.
LoadedModel read_libsvm(const std::string& path, std::string bytes, index_t dimension);

}  // namespace mercer::detail
