// From floating point to the integers that image files hold.
#pragma once

#include <cstdint>

#include "mercer/core/types.hpp"

namespace mercer {

/// Rounds to the nearest integer, halves to the even one, and clamps to 0..255; infinities are
/// clamped too. T: float or double. Throws std::invalid_argument if image holds a NaN.
template <class T>
Mat<std::uint8_t> to_uint8(const Mat<T>& image);
template <class T>
arma::Cube<std::uint8_t> to_uint8(const arma::Cube<T>& image);

/// The same for 0..65535.
template <class T>
Mat<std::uint16_t> to_uint16(const Mat<T>& image);
template <class T>
arma::Cube<std::uint16_t> to_uint16(const arma::Cube<T>& image);

}  // namespace mercer
