#include "mercer/image/to_uint.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace mercer {
namespace {

// Rounds count numbers; returns the position of the first NaN, count if there is none.
template <class Integer, class T>
index_t round_into(Integer* out, const T* values, index_t count) {
  constexpr T most = std::numeric_limits<Integer>::max();
  for (index_t k = 0; k < count; ++k) {
    const T value = values[k];
    if (std::isnan(value)) return k;
    out[k] = static_cast<Integer>(std::nearbyint(value < 0 ? 0 : value > most ? most : value));
  }
  return count;
}

template <class Integer, class T>
Mat<Integer> rounded(const char* where, const Mat<T>& image) {
  Mat<Integer> out(image.n_rows, image.n_cols);
  const index_t k = round_into(out.memptr(), image.memptr(), image.n_elem);
  if (k < image.n_elem) {
    throw std::invalid_argument(std::string(where) + ": image must not hold NaN, image(" +
                                std::to_string(k % image.n_rows) + ", " +
                                std::to_string(k / image.n_rows) + ") is nan");
  }
  return out;
}

template <class Integer, class T>
arma::Cube<Integer> rounded(const char* where, const arma::Cube<T>& image) {
  arma::Cube<Integer> out(image.n_rows, image.n_cols, image.n_slices);
  const index_t k = round_into(out.memptr(), image.memptr(), image.n_elem);
  if (k < image.n_elem) {
    throw std::invalid_argument(std::string(where) + ": image must not hold NaN, image(" +
                                std::to_string(k % image.n_rows) + ", " +
                                std::to_string(k / image.n_rows % image.n_cols) + ", " +
                                std::to_string(k / image.n_elem_slice) + ") is nan");
  }
  return out;
}

}  // namespace

template <class T>
Mat<std::uint8_t> to_uint8(const Mat<T>& image) {
  return rounded<std::uint8_t>("to_uint8", image);
}

template <class T>
arma::Cube<std::uint8_t> to_uint8(const arma::Cube<T>& image) {
  return rounded<std::uint8_t>("to_uint8", image);
}

template <class T>
Mat<std::uint16_t> to_uint16(const Mat<T>& image) {
  return rounded<std::uint16_t>("to_uint16", image);
}

template <class T>
arma::Cube<std::uint16_t> to_uint16(const arma::Cube<T>& image) {
  return rounded<std::uint16_t>("to_uint16", image);
}

template Mat<std::uint8_t> to_uint8(const Mat<float>&);
template Mat<std::uint8_t> to_uint8(const Mat<double>&);
template arma::Cube<std::uint8_t> to_uint8(const arma::Cube<float>&);
template arma::Cube<std::uint8_t> to_uint8(const arma::Cube<double>&);
template Mat<std::uint16_t> to_uint16(const Mat<float>&);
template Mat<std::uint16_t> to_uint16(const Mat<double>&);
template arma::Cube<std::uint16_t> to_uint16(const arma::Cube<float>&);
template arma::Cube<std::uint16_t> to_uint16(const arma::Cube<double>&);

}  // namespace mercer
