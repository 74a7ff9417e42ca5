#include "image/png_reader.hpp"

#include <new>
#include <vector>

#include "image/png_guard.hpp"
#include "image/samples.hpp"

namespace mercer::detail {
namespace {

void read_bytes(png_structp png, png_bytep bytes, png_size_t count) {
  const auto& input = *static_cast<const ImageInput*>(png_get_io_ptr(png));
  input.stream.read(reinterpret_cast<char*>(bytes), static_cast<std::streamsize>(count));
  if (static_cast<png_size_t>(input.stream.gcount()) != count) {
    png_error(png, "the file ends within the image");
  }
}

class PngReader {
 public:
  explicit PngReader(const ImageInput& input)
      : input_(input),
        png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure_, keep_png_error,
                                    ignore_png_warning)),
        info_(png_ != nullptr ? png_create_info_struct(png_) : nullptr) {}
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  // All up to the first pixels.
  ImageInfo read_header() {
    if (info_ == nullptr) throw std::bad_alloc();
    input_.rewind();
    run([&] {
      // The limits are ours, see require_possible, and the budget.
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      // -1: all chunks but those of the image itself (IHDR, PLTE, tRNS, IDAT, IEND).
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
      png_set_read_fn(png_, const_cast<ImageInput*>(&input_), read_bytes);
      png_read_info(png_, info_);
    });
    require_possible();
    const bool has_palette = png_get_color_type(png_, info_) == PNG_COLOR_TYPE_PALETTE;
    const bool has_transparency = png_get_valid(png_, info_, PNG_INFO_tRNS) != 0;
    ImageInfo info;
    info.rows = png_get_image_height(png_, info_);
    info.cols = png_get_image_width(png_, info_);
    info.planes = index_t{has_palette ? 3u : png_get_channels(png_, info_)} + has_transparency;
    info.bits = png_get_bit_depth(png_, info_) == 16 ? 16 : 8;
    return info;
  }

  // Once, after read_header.
  void read_samples(std::vector<unsigned char>& samples, const ImageInfo& info) {
    const std::size_t row_bytes = samples.size() / info.rows;
    run([&] {
      png_set_expand(png_);  // to 8 bits at least, palette to RGB, tRNS to alpha
      const int passes = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
      if (png_get_rowbytes(png_, info_) != row_bytes) png_error(png_, "unexpected size of a row");
      for (int pass = 0; pass < passes; ++pass) {
        for (index_t row = 0; row < info.rows; ++row) {
          png_read_row(png_, samples.data() + row * row_bytes, nullptr);
        }
      }
      png_read_end(png_, nullptr);
    });
  }

 private:
  template <class Body>
  void run(const Body& body) {
    if (!guarded(png_, body)) {
      input_.refuse(std::string("the PNG cannot be read: ") + failure_.message);
    }
  }

  // Deflate makes at most 258 bytes from 2 bits, 1032 from each byte (RFC 1951): a file of a few
  // bytes that declares a huge image is not one.
  void require_possible() const {
    const index_t rows = png_get_image_height(png_, info_);
    const index_t cols = png_get_image_width(png_, info_);
    const index_t bits_per_pixel =
        index_t{png_get_channels(png_, info_)} * png_get_bit_depth(png_, info_);
    if (rows * cols > index_t{input_.size} * 8 * 1032 / bits_per_pixel) {  // both below 2^31
      input_.refuse("declares " + std::to_string(cols) + " x " + std::to_string(rows) +
                    " pixels (width x height), more than a PNG of " + std::to_string(input_.size) +
                    " bytes can hold");
    }
  }

  const ImageInput& input_;
  PngFailure failure_;
  png_structp png_;
  png_infop info_;
};

std::size_t byte_count(const ImageInfo& info) {
  return info.rows * info.cols * info.planes * static_cast<index_t>(info.bits / 8);
}

}  // namespace

ImageInfo png_info(const ImageInput& input) { return PngReader(input).read_header(); }

std::size_t png_working_bytes(const ImageInfo& info) { return byte_count(info); }

template <class T>
arma::Cube<T> read_png(const ImageInput& input) {
  PngReader reader(input);
  const ImageInfo info = reader.read_header();
  std::vector<unsigned char> samples(byte_count(info));
  reader.read_samples(samples, info);
  return image_of_samples<T>(info, samples.data());
}

template arma::Cube<std::uint8_t> read_png(const ImageInput&);
template arma::Cube<std::uint16_t> read_png(const ImageInput&);
template arma::Cube<float> read_png(const ImageInput&);
template arma::Cube<double> read_png(const ImageInput&);

}  // namespace mercer::detail
