#include "image/read_image.hpp"

#include <limits>
#include <string_view>
#include <type_traits>

#include "core/text_file.hpp"
#include "image/npy_image.hpp"
#include "image/png_reader.hpp"
#include "image/pnm_file.hpp"
#include "mercer/core/memory.hpp"

namespace mercer::detail {
namespace {

enum class Format { png, pnm, npy };

Format format_of(const ImageInput& input) {
  input.rewind();
  char bytes[8] = {};
  input.stream.read(bytes, sizeof bytes);
  const std::string_view start(bytes, static_cast<std::size_t>(input.stream.gcount()));
  if (start == "\x89PNG\r\n\x1a\n") return Format::png;
  if (start.starts_with("P5") || start.starts_with("P6")) return Format::pnm;
  if (start.starts_with("\x93NUMPY")) return Format::npy;
  if (start.empty()) input.refuse("the file is empty");
  if (start.size() > 1 && start[0] == 'P' && start[1] >= '1' && start[1] <= '7') {
    input.refuse("is a file of Netpbm's format P" + std::string(1, start[1]) +
                 "; only the binary PGM and PPM, P5 and P6, are read");
  }
  input.refuse("is no image that can be read (PNG, PGM and PPM in binary, .npy): it begins with " +
               quoted(start));
}

ImageInfo info_of(const ImageInput& input, Format format) {
  if (format == Format::png) return png_info(input);
  return format == Format::pnm ? pnm_info(input) : npy_info(input);
}

template <class T>
void require_depth(const ImageInput& input, const ImageInfo& info) {
  constexpr int bits = 8 * static_cast<int>(sizeof(T));
  if (!std::is_integral_v<T> || info.bits == bits) return;
  const std::string wanted = bits == 8 ? "std::uint8_t" : "std::uint16_t";
  if (info.bits > 16) {
    input.refuse("holds floating-point numbers of " + std::to_string(info.bits) + " bits, not " +
                 wanted + "; load it as float or double (to_uint8 and to_uint16 round)");
  }
  input.refuse("holds samples of " + std::to_string(info.bits) + " bits, not " + wanted +
               "; load it as " + (info.bits == 8 ? "std::uint8_t" : "std::uint16_t") +
               ", float or double");
}

// Samples are at least a byte each in the file, or as a bit a 1032nd of one, so the count is far
// from the end of index_t; times the bytes of a sample it need not be.
template <class T>
void require_memory(const ImageInput& input, const ImageInfo& info, Format format,
                    const ImageLimits& limits) {
  const index_t count = info.rows * info.cols * info.planes;
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
  if (count <= bytes / 16) {
    bytes = count * sizeof(T);
    if (format == Format::png) bytes += png_working_bytes(info);
    if (format == Format::pnm) bytes += pnm_working_bytes(info);
  }
  require_budget("load_image",
                 "the " + std::to_string(info.rows) + " x " + std::to_string(info.cols) + " x " +
                     std::to_string(info.planes) + " samples of " + input.path,
                 bytes, limits.memory_budget);
}

}  // namespace

ImageInfo read_image_info(const ImageInput& input) { return info_of(input, format_of(input)); }

template <class T>
arma::Cube<T> read_image(const ImageInput& input, const ImageLimits& limits) {
  const Format format = format_of(input);
  const ImageInfo info = info_of(input, format);
  require_depth<T>(input, info);
  require_memory<T>(input, info, format, limits);
  if (format == Format::png) return read_png<T>(input);
  return format == Format::pnm ? read_pnm<T>(input) : read_npy_image<T>(input);
}

template arma::Cube<std::uint8_t> read_image(const ImageInput&, const ImageLimits&);
template arma::Cube<std::uint16_t> read_image(const ImageInput&, const ImageLimits&);
template arma::Cube<float> read_image(const ImageInput&, const ImageLimits&);
template arma::Cube<double> read_image(const ImageInput&, const ImageLimits&);

}  // namespace mercer::detail
