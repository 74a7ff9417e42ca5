// PNG, read by libpng.
#pragma once

#include <cstddef>

#include "image/image_input.hpp"

namespace mercer::detail {

/// Reads what stands before the pixels; takes no memory that grows with the size of the image.
/// Throws ParseError, also if a file of this length cannot hold an image of that size.
ImageInfo png_info(const ImageInput& input);

/// What read_png takes besides the image, in bytes.
std::size_t png_working_bytes(const ImageInfo& info);

template <class T>
arma::Cube<T> read_png(const ImageInput& input);

}  // namespace mercer::detail
