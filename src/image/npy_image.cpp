#include "image/npy_image.hpp"

#include <cmath>
#include <span>
#include <type_traits>
#include <vector>

#include "core/npy_file.hpp"
#include "mercer/core/check.hpp"

namespace mercer::detail {
namespace {

// Leaves the stream at the first element.
NpyHeader read_header(const ImageInput& input) {
  input.rewind();
  const NpyHeader header = read_npy_header(input.stream, input.path, input.size, 2, 3);
  const bool is_sample = header.kind == 'f' || (header.kind == 'u' && header.item_size <= 2);
  if (!is_sample) {
    input.refuse(std::string("the array of type ") + header.kind +
                 std::to_string(header.item_size) +
                 " is no image: these are of the types u1, u2, f4 and f8 (uint8, uint16, float32 "
                 "and float64)");
  }
  return header;
}

}  // namespace

ImageInfo npy_info(const ImageInput& input) {
  const NpyHeader header = read_header(input);
  return {header.rows, header.columns, header.planes, static_cast<int>(8 * header.item_size)};
}

template <class T>
arma::Cube<T> read_npy_image(const ImageInput& input) {
  const NpyHeader header = read_header(input);
  arma::Cube<T> image(header.rows, header.columns, header.planes);
  // Fortran order is that of a cube. In C order planes run fastest, then columns, then rows.
  const auto store = [&](index_t k, T value) {
    if (header.fortran_order) {
      image.at(k) = value;
    } else {
      const index_t pixel = k / header.planes;
      image.at(pixel / header.columns, pixel % header.columns, k % header.planes) = value;
    }
  };
  if constexpr (std::is_same_v<T, float>) {
    if (header.item_size == 8) {
      for_each_element<double>(input.stream, input.path, header, [&](index_t k, double wide) {
        const auto value = static_cast<float>(wide);
        if (std::isinf(value) && !std::isinf(wide)) {
          input.refuse("element " + std::to_string(k) + " of the file is " + shortest(wide) +
                       ", beyond the range of float");
        }
        store(k, value);
      });
      return image;
    }
  }
  for_each_element<T>(input.stream, input.path, header, store);
  return image;
}

template <class T>
void write_npy_image(std::ostream& stream, const arma::Cube<T>& image) {
  const index_t shape[] = {image.n_rows, image.n_cols, image.n_slices};
  stream << npy_preamble(std::is_integral_v<T> ? 'u' : 'f', sizeof(T), false,
                         std::span(shape, image.n_slices == 1 ? 2 : 3));
  std::vector<T> row(image.n_cols * image.n_slices);
  for (index_t i = 0; i < image.n_rows; ++i) {
    for (index_t k = 0; k < row.size(); ++k) {
      row[k] = image.at(i, k / image.n_slices, k % image.n_slices);
    }
    stream.write(reinterpret_cast<const char*>(row.data()),
                 static_cast<std::streamsize>(row.size() * sizeof(T)));
  }
}

template arma::Cube<std::uint8_t> read_npy_image(const ImageInput&);
template arma::Cube<std::uint16_t> read_npy_image(const ImageInput&);
template arma::Cube<float> read_npy_image(const ImageInput&);
template arma::Cube<double> read_npy_image(const ImageInput&);
template void write_npy_image(std::ostream&, const arma::Cube<std::uint8_t>&);
template void write_npy_image(std::ostream&, const arma::Cube<std::uint16_t>&);
template void write_npy_image(std::ostream&, const arma::Cube<float>&);
template void write_npy_image(std::ostream&, const arma::Cube<double>&);

}  // namespace mercer::detail
