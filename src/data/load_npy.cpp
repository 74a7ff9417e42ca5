#include "mercer/data/load_npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "data/npy_header.hpp"
#include "data/text_file.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"

namespace mercer {
namespace {

using detail::NpyHeader;

constexpr bool native_is_big = std::endian::native == std::endian::big;
constexpr std::array<char, 6> magic = {'\x93', 'N', 'U', 'M', 'P', 'Y'};

void read_exactly(std::ifstream& file, const std::string& path, char* bytes, std::size_t count,
                  const char* what) {
  file.read(bytes, static_cast<std::streamsize>(count));
  if (static_cast<std::size_t>(file.gcount()) != count) {
    throw ParseError(path, 0, std::string("the file ends within ") + what);
  }
}

// Leaves the file at the first byte of the data.
NpyHeader read_header(std::ifstream& file, const std::string& path) {
  const std::size_t file_size = std::filesystem::file_size(path);
  std::array<char, 6> start{};
  file.read(start.data(), start.size());
  if (start != magic) {
    throw ParseError(path, 0, "is not a .npy file: it does not begin with \\x93NUMPY");
  }
  std::array<char, 2> version{};
  read_exactly(file, path, version.data(), version.size(), "the version");
  if (version[0] < 1 || version[0] > 3 || version[1] != 0) {
    throw ParseError(
        path, 0,
        "has the unknown version " + std::to_string(version[0]) + "." + std::to_string(version[1]));
  }
  std::array<unsigned char, 4> length_bytes{};  // little-endian; version 1 has two of them
  read_exactly(file, path, reinterpret_cast<char*>(length_bytes.data()), version[0] == 1 ? 2 : 4,
               "the header");
  std::size_t length = 0;
  for (std::size_t k = 4; k > 0; --k) length = length << 8 | length_bytes[k - 1];
  if (length > file_size) throw ParseError(path, 0, "the file ends within the header");
  std::string dictionary(length, '\0');
  read_exactly(file, path, dictionary.data(), length, "the header");

  const NpyHeader header = detail::parse_npy_header(path, dictionary);
  const std::size_t expected = header.rows * header.columns * header.item_size;
  const std::size_t found = file_size - static_cast<std::size_t>(file.tellg());
  if (found != expected) {
    throw ParseError(path, 0,
                     "the array of " + std::to_string(header.rows) + " x " +
                         std::to_string(header.columns) + " elements needs " +
                         std::to_string(expected) + " bytes after the header, the file has " +
                         std::to_string(found));
  }
  return header;
}

template <class Stored>
Stored read_native(const char* bytes) {
  Stored value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// One element, its bytes already in this machine's order.
template <class T>
T read_element(const NpyHeader& header, const char* bytes) {
  switch (header.kind) {
    case 'f':
      return header.item_size == 4 ? static_cast<T>(read_native<float>(bytes))
                                   : static_cast<T>(read_native<double>(bytes));
    case 'i':
      switch (header.item_size) {
        case 1:
          return static_cast<T>(read_native<std::int8_t>(bytes));
        case 2:
          return static_cast<T>(read_native<std::int16_t>(bytes));
        case 4:
          return static_cast<T>(read_native<std::int32_t>(bytes));
        default:
          return static_cast<T>(read_native<std::int64_t>(bytes));
      }
    default:
      switch (header.item_size) {
        case 1:
          return static_cast<T>(read_native<std::uint8_t>(bytes));
        case 2:
          return static_cast<T>(read_native<std::uint16_t>(bytes));
        case 4:
          return static_cast<T>(read_native<std::uint32_t>(bytes));
        default:
          return static_cast<T>(read_native<std::uint64_t>(bytes));
      }
  }
}

// Calls body(k, element) for the elements in the order of the file, through a buffer of fixed size.
template <class T, class Body>
void for_each_element(std::ifstream& file, const std::string& path, const NpyHeader& header,
                      Body body) {
  const index_t count = header.rows * header.columns;
  const index_t per_chunk = 8192;
  std::vector<char> chunk(std::min(count, per_chunk) * header.item_size);
  const bool is_swapped = header.big_endian != native_is_big;
  for (index_t begin = 0; begin < count; begin += per_chunk) {
    const index_t size = std::min(per_chunk, count - begin);
    read_exactly(file, path, chunk.data(), size * header.item_size, "the data");
    for (index_t k = 0; k < size; ++k) {
      char* const bytes = chunk.data() + k * header.item_size;
      if (is_swapped) std::reverse(bytes, bytes + header.item_size);
      body(begin + k, read_element<T>(header, bytes));
    }
  }
}

template <class T>
Mat<T> load(const std::string& path, bool transposed) {
  detail::require_readable_file(path);
  if (!std::filesystem::is_regular_file(path)) throw ParseError(path, 0, "is not a regular file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ParseError(path, 0, "the file cannot be opened");
  const NpyHeader header = read_header(file, path);

  Mat<T> out(transposed ? header.columns : header.rows, transposed ? header.rows : header.columns);
  // The file runs along the rows in C order, along the columns in Fortran order; out along its own.
  const bool is_same_order = header.fortran_order != transposed;
  const index_t inner = header.fortran_order ? header.rows : header.columns;
  for_each_element<T>(file, path, header, [&](index_t k, T value) {
    const index_t outer_index = k / inner;
    const index_t inner_index = k % inner;
    if (!std::isfinite(value)) {
      throw ParseError(path, 0,
                       "element (" +
                           std::to_string(header.fortran_order ? inner_index : outer_index) + ", " +
                           std::to_string(header.fortran_order ? outer_index : inner_index) +
                           ") is " + shortest(static_cast<double>(value)) + ", not finite");
    }
    if (is_same_order) {
      out.at(k) = value;
    } else {
      out.at(outer_index, inner_index) = value;
    }
  });
  return out;
}

}  // namespace

template <class T>
Mat<T> load_npy(const std::string& path) {
  return load<T>(path, false);
}

template <class T>
Mat<T> load_npy_points(const std::string& path) {
  return load<T>(path, true);
}

template <class T>
void save_npy(const std::string& path, const Mat<T>& M) {
  if (M.is_empty()) throw std::invalid_argument("save_npy: M has no elements");
  std::string dictionary = std::string("{'descr': '") + (native_is_big ? '>' : '<') + 'f' +
                           std::to_string(sizeof(T)) + "', 'fortran_order': True, 'shape': (" +
                           std::to_string(M.n_rows) + ", " + std::to_string(M.n_cols) + "), }";
  const std::size_t preamble = magic.size() + 4;  // and two bytes of version, two of length
  while ((preamble + dictionary.size() + 1) % 64 != 0) dictionary += ' ';  // data are aligned
  dictionary += '\n';

  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(magic.data(), magic.size());
  file.put(1).put(0);
  file.put(static_cast<char>(dictionary.size() & 0xff));
  file.put(static_cast<char>(dictionary.size() >> 8));
  file << dictionary;
  file.write(reinterpret_cast<const char*>(M.memptr()),
             static_cast<std::streamsize>(M.n_elem * sizeof(T)));
  file.close();
  if (!file) throw ParseError(path, 0, "the file cannot be written");
}

template Mat<double> load_npy(const std::string&);
template Mat<float> load_npy(const std::string&);
template Mat<double> load_npy_points(const std::string&);
template Mat<float> load_npy_points(const std::string&);
template void save_npy(const std::string&, const Mat<double>&);
template void save_npy(const std::string&, const Mat<float>&);

}  // namespace mercer
