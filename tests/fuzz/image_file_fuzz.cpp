// Bytes that no writer wrote, through the readers of PNG, PGM, PPM and .npy. They must be refused
// by one of two exceptions, or load.
//     cmake --preset fuzz && cmake --build --preset fuzz
//     build/fuzz/tests/fuzz/image_file_fuzz -rss_limit_mb=2048 NEW_FOLDER tests/fuzz/corpus/png
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

#include "image/read_image.hpp"

namespace {

constexpr std::size_t signature = 8;  // bytes before the first chunk of a PNG

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

// Gives every chunk (length, name, data, checksum) of a PNG its checksum, without which libpng
// would look no further.
void mend_checksums(std::uint8_t* data, std::size_t size) {
  if (size < signature || std::memcmp(data, "\x89PNG", 4) != 0) return;
  for (std::size_t at = signature; at + 12 <= size;) {
    const std::size_t length = big_endian(data + at);
    if (length > size - at - 12) return;
    const auto sum =
        static_cast<std::uint32_t>(crc32(0, data + at + 4, static_cast<uInt>(length + 4)));
    for (unsigned k = 0; k < 4; ++k) {
      data[at + 8 + length + k] = static_cast<std::uint8_t>(sum >> (24 - 8 * k));
    }
    at += length + 12;
  }
}

template <class T>
void read_as(const std::string& bytes) {
  const std::string path = "fuzz";
  std::istringstream stream(bytes);
  const mercer::detail::ImageInput input{stream, bytes.size(), path};
  try {
    const mercer::ImageInfo info = mercer::detail::read_image_info(input);
    const arma::Cube<T> image = mercer::detail::read_image<T>(input, {.memory_budget = 1 << 24});
    if (image.n_rows != info.rows || image.n_cols != info.cols || image.n_slices != info.planes) {
      std::abort();
    }
  } catch (const mercer::ParseError&) {
  } catch (const mercer::BudgetError&) {
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  if (seed % 8 != 0) mend_checksums(data, size);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read_as<double>(bytes);
  read_as<float>(bytes);
  read_as<std::uint8_t>(bytes);
  read_as<std::uint16_t>(bytes);
  return 0;
}
