#include "mercer/image/image_file.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include "core/text_file.hpp"
#include "image/npy_image.hpp"
#include "image/png_writer.hpp"
#include "image/pnm_file.hpp"
#include "image/read_image.hpp"
#include "mercer/core/write_file.hpp"

namespace mercer {
namespace {

// Calls read(input) on the open file.
template <class Read>
auto with_input(const std::string& path, Read read) {
  detail::require_readable_file(path);
  if (!std::filesystem::is_regular_file(path)) throw ParseError(path, 0, "is not a regular file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw ParseError(path, 0, "the file cannot be opened");
  return read(detail::ImageInput{stream, std::filesystem::file_size(path), path});
}

[[noreturn]] void refuse(const std::string& message) {
  throw std::invalid_argument("save_image: " + message);
}

std::string suffix_of(const std::string& path) {
  std::string suffix = std::filesystem::path(path).extension().string();
  for (char& c : suffix) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return suffix;
}

void require_planes(const std::string& suffix, index_t planes) {
  const index_t least = suffix == ".ppm" ? 3 : 1;
  const index_t most = suffix == ".pgm" ? 1 : suffix == ".ppm" ? 3 : 4;
  if (planes >= least && planes <= most) return;
  refuse("a " + suffix + " file has " + (least == most ? "" : std::to_string(least) + " to ") +
         std::to_string(most) + (most == 1 ? " plane" : " planes") + ", image has " +
         std::to_string(planes));
}

}  // namespace

ImageInfo image_info(const std::string& path) {
  return with_input(path, [](const detail::ImageInput& input) { return read_image_info(input); });
}

template <class T>
arma::Cube<T> load_image(const std::string& path, const ImageLimits& limits) {
  return with_input(
      path, [&](const detail::ImageInput& input) { return detail::read_image<T>(input, limits); });
}

template <class T>
void save_image(const std::string& path, const arma::Cube<T>& image) {
  const std::string suffix = suffix_of(path);
  if (suffix != ".png" && suffix != ".pgm" && suffix != ".ppm" && suffix != ".npy") {
    refuse("path must end in .png, .pgm, .ppm or .npy, is " + path);
  }
  if (image.is_empty()) {
    refuse("image has no pixels: it is " + std::to_string(image.n_rows) + " x " +
           std::to_string(image.n_cols) + " x " + std::to_string(image.n_slices));
  }
  if (suffix == ".npy") {
    write_file(path, [&](std::ostream& out) { detail::write_npy_image(out, image); });
    return;
  }
  if constexpr (std::is_floating_point_v<T>) {
    refuse("a " + suffix +
           " file holds integers; round with to_uint8(image) or to_uint16(image), "
           "or save floating-point numbers as .npy");
  } else {
    require_planes(suffix, image.n_slices);
    write_file(path, [&](std::ostream& out) {
      suffix == ".png" ? detail::write_png(out, image) : detail::write_pnm(out, image);
    });
  }
}

template <class T>
void save_image(const std::string& path, const Mat<T>& image) {
  // A view: a cube of one plane on the same memory, which is not written.
  const arma::Cube<T> cube(const_cast<T*>(image.memptr()), image.n_rows, image.n_cols, 1, false,
                           true);
  save_image(path, cube);
}

template arma::Cube<std::uint8_t> load_image(const std::string&, const ImageLimits&);
template arma::Cube<std::uint16_t> load_image(const std::string&, const ImageLimits&);
template arma::Cube<float> load_image(const std::string&, const ImageLimits&);
template arma::Cube<double> load_image(const std::string&, const ImageLimits&);
template void save_image(const std::string&, const arma::Cube<std::uint8_t>&);
template void save_image(const std::string&, const arma::Cube<std::uint16_t>&);
template void save_image(const std::string&, const arma::Cube<float>&);
template void save_image(const std::string&, const arma::Cube<double>&);
template void save_image(const std::string&, const Mat<std::uint8_t>&);
template void save_image(const std::string&, const Mat<std::uint16_t>&);
template void save_image(const std::string&, const Mat<float>&);
template void save_image(const std::string&, const Mat<double>&);

}  // namespace mercer
