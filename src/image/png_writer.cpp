#include "image/png_writer.hpp"

#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "image/png_guard.hpp"
#include "image/samples.hpp"

namespace mercer::detail {
namespace {

// An error of the stream shows when it is closed.
void write_bytes(png_structp png, png_bytep bytes, png_size_t count) {
  auto& stream = *static_cast<std::ostream*>(png_get_io_ptr(png));
  stream.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(count));
}

void flush_bytes(png_structp) {}

class PngWriter {
 public:
  PngWriter()
      : png_(png_create_write_struct(PNG_LIBPNG_VER_STRING, &failure_, keep_png_error,
                                     ignore_png_warning)),
        info_(png_ != nullptr ? png_create_info_struct(png_) : nullptr) {
    if (info_ == nullptr) {
      png_destroy_write_struct(&png_, &info_);
      throw std::bad_alloc();
    }
  }
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  template <class T>
  void write(std::ostream& stream, const arma::Cube<T>& image) {
    constexpr int colour_types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                                    PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    std::vector<unsigned char> row(image.n_cols * image.n_slices * sizeof(T));
    const bool is_written = guarded(png_, [&] {
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      png_set_write_fn(png_, &stream, write_bytes, flush_bytes);
      png_set_IHDR(png_, info_, static_cast<png_uint_32>(image.n_cols),
                   static_cast<png_uint_32>(image.n_rows), 8 * sizeof(T),
                   colour_types[image.n_slices - 1], PNG_INTERLACE_NONE,
                   PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
      png_write_info(png_, info_);
      for (index_t i = 0; i < image.n_rows; ++i) {
        samples_of_row(image, i, row.data());
        png_write_row(png_, row.data());
      }
      png_write_end(png_, info_);
    });
    if (!is_written) throw std::runtime_error(std::string("save_image: ") + failure_.message);
  }

 private:
  PngFailure failure_;
  png_structp png_;
  png_infop info_;
};

}  // namespace

template <class T>
void write_png(std::ostream& stream, const arma::Cube<T>& image) {
  if (image.n_rows > PNG_UINT_31_MAX || image.n_cols > PNG_UINT_31_MAX) {
    throw std::invalid_argument(
        "save_image: a PNG has at most 2147483647 rows and columns, image has " +
        std::to_string(image.n_rows) + " x " + std::to_string(image.n_cols));
  }
  PngWriter().write(stream, image);
}

template void write_png(std::ostream&, const arma::Cube<std::uint8_t>&);
template void write_png(std::ostream&, const arma::Cube<std::uint16_t>&);

}  // namespace mercer::detail
