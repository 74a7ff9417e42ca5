#include "core/npy_file.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include "core/text_file.hpp"
#include "mercer/core/errors.hpp"

namespace mercer::detail {
namespace {

constexpr std::array<char, 6> magic = {'\x93', 'N', 'U', 'M', 'P', 'Y'};

template <class Stored>
Stored read_native(const char* bytes) {
  Stored value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace

NpyHeader read_npy_header(std::istream& file, const std::string& path, std::size_t file_size,
                          index_t least, index_t most) {
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

  const NpyHeader header = parse_npy_header(path, dictionary, least, most);
  const std::size_t expected = header.element_count() * header.item_size;
  const std::size_t found = file_size - static_cast<std::size_t>(file.tellg());
  if (found != expected) {
    throw ParseError(path, 0,
                     "the array of " + header.shape_text() + " elements needs " +
                         std::to_string(expected) + " bytes after the header, the file has " +
                         std::to_string(found));
  }
  return header;
}

void read_exactly(std::istream& file, const std::string& path, char* bytes, std::size_t count,
                  const char* what) {
  file.read(bytes, static_cast<std::streamsize>(count));
  if (static_cast<std::size_t>(file.gcount()) != count) {
    throw ParseError(path, 0, std::string("the file ends within ") + what);
  }
}

NpyHeader open_npy(std::ifstream& file, const std::string& path, index_t least, index_t most) {
  require_readable_file(path);
  if (!std::filesystem::is_regular_file(path)) throw ParseError(path, 0, "is not a regular file");
  file.open(path, std::ios::binary);
  if (!file) throw ParseError(path, 0, "the file cannot be opened");
  return read_npy_header(file, path, std::filesystem::file_size(path), least, most);
}

bool is_swapped(const NpyHeader& header) {
  return header.big_endian != (std::endian::native == std::endian::big);
}

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

template std::uint8_t read_element(const NpyHeader&, const char*);
template std::uint16_t read_element(const NpyHeader&, const char*);
template double read_element(const NpyHeader&, const char*);
template float read_element(const NpyHeader&, const char*);

}  // namespace mercer::detail
