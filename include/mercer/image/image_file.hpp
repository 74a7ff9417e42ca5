// Images in files: PNG, PGM, PPM and NumPy's .npy.
//
// An image of one plane is a matrix, rows x cols, with row 0 at the top; one of several planes is a
// cube, rows x cols x planes: grey, grey and alpha, RGB, RGB and alpha.
//
//     file                  planes    samples
//     .png                  1 to 4    8 or 16 bits
//     .pgm (P5, binary)     1         8 or 16 bits: maxval 255 or 65535
//     .ppm (P6, binary)     3         8 or 16 bits: maxval 255 or 65535
//     .npy                  any       uint8, uint16, float32, float64
//
// Sources: ISO/IEC 15948 (PNG); the manual pages pgm(5) and ppm(5) of Netpbm; NEP 1 (.npy).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "mercer/core/types.hpp"

namespace mercer {

struct ImageInfo {
  index_t rows = 0;
  index_t cols = 0;
  index_t planes = 0;  // 1: grey, 2: grey and alpha, 3: RGB, 4: RGB and alpha; .npy: any
  int bits = 0;        // of a sample: 8 or 16, unsigned; 32 or 64, floating point (.npy only)
  bool operator==(const ImageInfo&) const = default;
};

struct ImageLimits {
  // bytes of the image as it is loaded and of what reading it takes besides; 0: three quarters of
  // the machine's memory. A PNG can be a thousand times as large in memory as in the file.
  std::size_t memory_budget = std::size_t{1} << 30;
};

/// What load_image(path) would load, from the header alone. What counts is the content of the file,
/// not its suffix. Throws ParseError "path: reason": a file that is missing, no regular file, of
/// another kind or of a variant that is not supported, without pixels, or too short for the size
/// that it declares (PGM, PPM and .npy: or too long).
///
/// PNG: a palette becomes RGB, greys of 1, 2 and 4 bits become 8 bits (0 and 255 at the ends), a
/// colour or palette entries marked as transparent (tRNS) become an alpha plane; a pixel beyond the
/// palette is black. No gamma or colour profile is applied, what follows the image is not read. PGM
/// and PPM: only the binary formats, only the maxval 255 and 65535, one image a file. .npy: rows x
/// cols, or rows x cols x planes, in C or Fortran order and either byte order.
ImageInfo image_info(const std::string& path);

/// The samples of an image, rows x cols x planes. T: std::uint8_t, std::uint16_t, float or double.
///
/// float and double take the stored numbers as they are: 0..255 or 0..65535 from integers, from
/// .npy whatever it holds, NaN included, rounded where float has fewer digits. An integer T takes
/// files of exactly its depth, since another depth has another range. Throws ParseError as
/// image_info, if the file is damaged, if T is not for its samples (the message names the types
/// that are) or if a finite double is beyond the range of float; BudgetError if the image needs
/// more memory than limits.memory_budget, before it is taken.
template <class T>
arma::Cube<T> load_image(const std::string& path, const ImageLimits& limits = {});

/// Writes an image, in the format that the suffix of path names: .png (1 to 4 planes), .pgm (one
/// plane), .ppm (three planes) or .npy (C order; a single plane as rows x cols). load_image reads
/// it back to the bit. PNG, PGM and PPM hold T = std::uint8_t and std::uint16_t only; see to_uint8
/// and to_uint16 in to_uint.hpp for floats.
///
/// The file is complete or absent: it is written under another name in the same folder, then
/// renamed; an older file stays as it is until then.
/// Throws std::invalid_argument for an image without pixels, another suffix, a number of planes or
/// a type that the format does not hold; ParseError "path: the file cannot be written: reason".
template <class T>
void save_image(const std::string& path, const arma::Cube<T>& image);

/// The same for an image of one plane.
template <class T>
void save_image(const std::string& path, const Mat<T>& image);

}  // namespace mercer
