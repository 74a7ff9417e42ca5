// The parts of a .npy file: its header, and its elements in any type.
#pragma once

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <istream>
#include <string>
#include <vector>

#include "core/npy_header.hpp"

namespace mercer::detail {

/// Opens a regular file at the first byte of its data, whose size is checked against the header.
/// Throws ParseError.
NpyHeader open_npy(std::ifstream& file, const std::string& path, index_t least = 1,
                   index_t most = 2);

/// Reads the header of a file of file_size bytes and leaves the file at the first byte of its data,
/// whose size is checked against the header. Throws ParseError, and see parse_npy_header.
NpyHeader read_npy_header(std::istream& file, const std::string& path, std::size_t file_size,
                          index_t least = 1, index_t most = 2);

/// Reads count bytes, or throws ParseError "the file ends within <what>".
void read_exactly(std::istream& file, const std::string& path, char* bytes, std::size_t count,
                  const char* what);

/// Whether the bytes of an element must be turned for this machine.
bool is_swapped(const NpyHeader& header);

/// One element, its bytes already in this machine's order. T: float, double; std::uint8_t or
/// std::uint16_t where the elements are of that type.
template <class T>
T read_element(const NpyHeader& header, const char* bytes);

/// Calls body(k, element) for the elements in the order of the file, which stands at the first,
/// through a buffer of fixed size.
template <class T, class Body>
void for_each_element(std::istream& file, const std::string& path, const NpyHeader& header,
                      Body body) {
  const index_t count = header.element_count();
  const index_t per_chunk = 8192;
  std::vector<char> chunk(std::min(count, per_chunk) * header.item_size);
  const bool swapped = is_swapped(header);
  for (index_t begin = 0; begin < count; begin += per_chunk) {
    const index_t size = std::min(per_chunk, count - begin);
    read_exactly(file, path, chunk.data(), size * header.item_size, "the data");
    for (index_t k = 0; k < size; ++k) {
      char* const bytes = chunk.data() + k * header.item_size;
      if (swapped) std::reverse(bytes, bytes + header.item_size);
      body(begin + k, read_element<T>(header, bytes));
    }
  }
}

}  // namespace mercer::detail
