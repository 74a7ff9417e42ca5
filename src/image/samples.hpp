// The samples of PNG, PGM and PPM: row by row, the planes of a pixel beside each other, numbers of
// 16 bits with their high byte first.
#pragma once

#include <cstdint>

#include "mercer/image/image_file.hpp"

namespace mercer::detail {

/// The image of info.rows x info.cols x info.planes samples of info.bits, 8 or 16.
template <class T>
arma::Cube<T> image_of_samples(const ImageInfo& info, const unsigned char* samples);

/// One row of the image as the file has it: n_cols * n_slices * sizeof(T) bytes.
/// T: std::uint8_t or std::uint16_t.
template <class T>
void samples_of_row(const arma::Cube<T>& image, index_t row, unsigned char* samples);

}  // namespace mercer::detail
