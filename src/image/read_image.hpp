// Images from any stream; load_image and image_info are this on a file.
#pragma once

#include "image/image_input.hpp"

namespace mercer::detail {

/// As image_info.
ImageInfo read_image_info(const ImageInput& input);

/// As load_image.
template <class T>
arma::Cube<T> read_image(const ImageInput& input, const ImageLimits& limits);

}  // namespace mercer::detail
