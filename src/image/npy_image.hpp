// Images in NumPy's .npy.
#pragma once

#include <ostream>

#include "image/image_input.hpp"

namespace mercer::detail {

/// Reads the header and checks it against the size of the file. Throws ParseError.
ImageInfo npy_info(const ImageInput& input);

/// T: an integer must be the type of the array.
template <class T>
arma::Cube<T> read_npy_image(const ImageInput& input);

/// C order: rows x cols, or rows x cols x planes if there are several.
template <class T>
void write_npy_image(std::ostream& stream, const arma::Cube<T>& image);

}  // namespace mercer::detail
