// PGM and PPM, the binary formats P5 and P6 of Netpbm.
#pragma once

#include <cstddef>
#include <ostream>

#include "image/image_input.hpp"

namespace mercer::detail {

/// Reads the header and checks it against the size of the file. Throws ParseError.
ImageInfo pnm_info(const ImageInput& input);

/// What read_pnm takes besides the image, in bytes.
std::size_t pnm_working_bytes(const ImageInfo& info);

template <class T>
arma::Cube<T> read_pnm(const ImageInput& input);

/// P5 for one plane, P6 for three. T: std::uint8_t or std::uint16_t.
template <class T>
void write_pnm(std::ostream& stream, const arma::Cube<T>& image);

}  // namespace mercer::detail
