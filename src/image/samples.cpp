#include "image/samples.hpp"

namespace mercer::detail {

template <class T>
arma::Cube<T> image_of_samples(const ImageInfo& info, const unsigned char* samples) {
  arma::Cube<T> image(info.rows, info.cols, info.planes);
  for (index_t i = 0; i < info.rows; ++i) {
    for (index_t j = 0; j < info.cols; ++j) {
      for (index_t p = 0; p < info.planes; ++p) {
        if (info.bits == 8) {
          image.at(i, j, p) = static_cast<T>(*samples++);
        } else {
          image.at(i, j, p) = static_cast<T>(samples[0] << 8 | samples[1]);
          samples += 2;
        }
      }
    }
  }
  return image;
}

template <class T>
void samples_of_row(const arma::Cube<T>& image, index_t row, unsigned char* samples) {
  for (index_t j = 0; j < image.n_cols; ++j) {
    for (index_t p = 0; p < image.n_slices; ++p) {
      const T value = image.at(row, j, p);
      if constexpr (sizeof(T) == 2) *samples++ = static_cast<unsigned char>(value >> 8);
      *samples++ = static_cast<unsigned char>(value & 0xff);
    }
  }
}

template arma::Cube<std::uint8_t> image_of_samples(const ImageInfo&, const unsigned char*);
template arma::Cube<std::uint16_t> image_of_samples(const ImageInfo&, const unsigned char*);
template arma::Cube<float> image_of_samples(const ImageInfo&, const unsigned char*);
template arma::Cube<double> image_of_samples(const ImageInfo&, const unsigned char*);
template void samples_of_row(const arma::Cube<std::uint8_t>&, index_t, unsigned char*);
template void samples_of_row(const arma::Cube<std::uint16_t>&, index_t, unsigned char*);

}  // namespace mercer::detail
