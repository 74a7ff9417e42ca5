// The header of NumPy's array files.
// Source: NumPy Enhancement Proposal 1 and the documentation of numpy.lib.format.
#pragma once

#include <string>
#include <string_view>

#include "mercer/core/types.hpp"

namespace mercer::detail {

struct NpyHeader {
  char kind = 'f';  // f: floating point, i: integer, u: without sign, b: bool
  index_t item_size = 8;
  bool big_endian = false;
  bool fortran_order = false;
  index_t rows = 0;  // as NumPy shows the array; one of one dimension is a column
  index_t columns = 0;
};

/// Reads the dictionary {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }, keys in any
/// order. Throws ParseError for what it is not, and for types and shapes that load_npy refuses.
NpyHeader parse_npy_header(const std::string& path, std::string_view dictionary);

}  // namespace mercer::detail
