// The parts of a .npy file: its header, and its elements in any type.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

#include "data/npy_header.hpp"

namespace mercer::detail {

/// Opens a regular file at the first byte of its data, whose size is checked against the header.
/// Throws ParseError.
NpyHeader open_npy(std::ifstream& file, const std::string& path);

/// Reads count bytes, or throws ParseError "the file ends within <what>".
void read_exactly(std::ifstream& file, const std::string& path, char* bytes, std::size_t count,
                  const char* what);

/// Whether the bytes of an element must be turned for this machine.
bool is_swapped(const NpyHeader& header);

/// One element, its bytes already in this machine's order.
template <class T>
T read_element(const NpyHeader& header, const char* bytes);

}  // namespace mercer::detail
