// The header of NumPy's array files.
// Source: NumPy Enhancement Proposal 1 and the documentation of numpy.lib.format.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer::detail {

struct NpyHeader {
  std::string type;  // as it stands there: "<f8"
  char kind = 'f';   // f: floating point, i: integer, u: without sign, b: bool
  index_t item_size = 8;
  bool big_endian = false;
  bool fortran_order = false;
  index_t rows = 0;  // as NumPy shows the array; one of one dimension is a column
  index_t columns = 0;
  index_t planes = 1;  // of an array of three dimensions
  std::vector<index_t> shape;

  index_t element_count() const { return rows * columns * planes; }  // times 8 it fits an index_t
  std::string shape_text() const;                                    // "3 x 4", "3 x 4 x 2"
};

/// Reads the dictionary {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }, keys in any
/// order. Throws ParseError for what it is not, for types that load_npy refuses, for arrays without
/// elements, and for those that have not from `least` to `most` dimensions, 1 <= least <= most
/// <= 3.
NpyHeader parse_npy_header(const std::string& path, std::string_view dictionary, index_t least = 1,
                           index_t most = 2);

/// All that stands before the data in a file of format 1.0: magic, version and dictionary, padded
/// so that the data begin at a multiple of 64 bytes. kind as in NpyHeader, of this machine's order.
std::string npy_preamble(char kind, index_t item_size, bool fortran_order,
                         std::span<const index_t> shape);

}  // namespace mercer::detail
