// A model from the bytes of its file.
#pragma once

#include <string>

#include "mercer/model/model_file.hpp"

namespace mercer::detail {

/// As load_any_model; path: for messages.
LoadedModel read_model(std::string path, std::string bytes, const LoadModelOptions& options);

}  // namespace mercer::detail
