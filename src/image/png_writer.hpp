// PNG, written by libpng.
#pragma once

#include <ostream>

#include "mercer/image/image_file.hpp"

namespace mercer::detail {

/// One to four planes. T: std::uint8_t or std::uint16_t. Throws std::invalid_argument if the image
/// is larger than a PNG may be. After an error of the stream, the stream tells.
template <class T>
void write_png(std::ostream& stream, const arma::Cube<T>& image);

}  // namespace mercer::detail
