#include "mercer/data/scaler.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"

namespace mercer {
namespace {

constexpr const char* one_per_feature = "one per feature that the scaler was fitted on";

/// The smallest and the largest value of each feature.
struct Extent {
  Col<double> low;   // d
  Col<double> high;  // d
};

template <class T>
Extent extent_of(const char* where, const Mat<T>& X) {
  require_points(where, "X", X);
  require_finite(where, "X", X);
  Extent extent{Col<double>(X.n_rows), Col<double>(X.n_rows)};
  for (index_t k = 0; k < X.n_rows; ++k) extent.low[k] = extent.high[k] = X(k, 0);
  for (index_t i = 1; i < X.n_cols; ++i) {
    const T* x = X.colptr(i);
    for (index_t k = 0; k < X.n_rows; ++k) {
      extent.low[k] = std::min<double>(extent.low[k], x[k]);
      extent.high[k] = std::max<double>(extent.high[k], x[k]);
    }
  }
  return extent;
}

// sum_i map(k, x_i(k)) / n for every feature k, in one pass over the columns.
template <class T, class Map>
Col<double> mean_of(const Mat<T>& X, Map map) {
  Col<double> sums(X.n_rows, arma::fill::zeros);
  for (index_t i = 0; i < X.n_cols; ++i) {
    const T* x = X.colptr(i);
    for (index_t k = 0; k < X.n_rows; ++k) sums[k] += map(k, static_cast<double>(x[k]));
  }
  return sums / static_cast<double>(X.n_cols);
}

// For constant features: shift is their value, scale 1.
void keep_constants(const Extent& extent, Col<double>& shift, Col<double>& scale) {
  for (index_t k = 0; k < shift.n_elem; ++k) {
    if (extent.low[k] != extent.high[k]) continue;
    shift[k] = extent.low[k];
    scale[k] = 1;
  }
}

std::string entry(std::string name, index_t k) {
  return name.append("(").append(std::to_string(k)).append(")");
}

}  // namespace

template <class T>
Scaler<T>::Scaler(Col<double> shift, Col<double> scale)
    : shift_(std::move(shift)), scale_(std::move(scale)) {
  require_points("Scaler", "shift", shift_);
  require_rows("Scaler", "scale", scale_.n_rows, shift_.n_rows, "one per row of shift");
  for (index_t k = 0; k < shift_.n_elem; ++k) {
    mercer::require_finite(entry("Scaler: shift", k).c_str(), shift_[k]);
    require_positive(entry("Scaler: scale", k).c_str(), scale_[k]);
  }
}

// All sums are of deviations, so that a mean far from 0 costs no digits, and deviations are in
// units of the range, so that squares neither overflow nor vanish.
template <class T>
Scaler<T> Scaler<T>::standardise(const Mat<T>& X) {
  const Extent extent = extent_of("Scaler::standardise", X);
  const Col<double> range = extent.high - extent.low;
  const Col<double> offset = mean_of(X, [&](index_t k, double x) { return x - extent.low[k]; });
  Col<double> mean = extent.low + offset;
  mean += mean_of(X, [&](index_t k, double x) { return x - mean[k]; });
  const Col<double> variance = mean_of(X, [&](index_t k, double x) {
    const double deviation = (x - mean[k]) / range[k];
    return deviation * deviation;
  });
  Col<double> deviation = arma::sqrt(variance) % range;
  keep_constants(extent, mean, deviation);
  return Scaler(std::move(mean), std::move(deviation));
}

template <class T>
Scaler<T> Scaler<T>::min_max(const Mat<T>& X) {
  Extent extent = extent_of("Scaler::min_max", X);
  Col<double> range = extent.high - extent.low;
  keep_constants(extent, extent.low, range);
  return Scaler(std::move(extent.low), std::move(range));
}

// The half is taken as the larger of the two sides of the rounded middle: nothing leaves [-1, 1].
template <class T>
Scaler<T> Scaler<T>::to_signed_unit(const Mat<T>& X) {
  const Extent extent = extent_of("Scaler::to_signed_unit", X);
  Col<double> middle(X.n_rows);
  Col<double> half(X.n_rows);
  for (index_t k = 0; k < X.n_rows; ++k) {
    middle[k] = std::midpoint(extent.low[k], extent.high[k]);
    half[k] = std::max(extent.high[k] - middle[k], middle[k] - extent.low[k]);
  }
  keep_constants(extent, middle, half);
  return Scaler(std::move(middle), std::move(half));
}

template <class T>
Mat<T> Scaler<T>::apply(Mat<T> X) const {
  require_rows("Scaler::apply", "X", X.n_rows, shift_.n_rows, one_per_feature);
  mercer::require_finite("Scaler::apply", "X", X);
  for (index_t i = 0; i < X.n_cols; ++i) {
    T* x = X.colptr(i);
    for (index_t k = 0; k < X.n_rows; ++k) {
      x[k] = static_cast<T>((static_cast<double>(x[k]) - shift_[k]) / scale_[k]);
    }
  }
  return X;
}

template <class T>
Mat<T> Scaler<T>::inverse(Mat<T> X) const {
  require_rows("Scaler::inverse", "X", X.n_rows, shift_.n_rows, one_per_feature);
  mercer::require_finite("Scaler::inverse", "X", X);
  for (index_t i = 0; i < X.n_cols; ++i) {
    T* x = X.colptr(i);
    for (index_t k = 0; k < X.n_rows; ++k) {
      x[k] = static_cast<T>(static_cast<double>(x[k]) * scale_[k] + shift_[k]);
    }
  }
  return X;
}

template <class T>
std::optional<Scaler<T>> learn_scaling(Scaling scaling, const Mat<T>& X) {
  switch (scaling) {
    case Scaling::standardise:
      return Scaler<T>::standardise(X);
    case Scaling::min_max:
      return Scaler<T>::min_max(X);
    case Scaling::signed_unit:
      return Scaler<T>::to_signed_unit(X);
    default:
      return std::nullopt;
  }
}

template class Scaler<double>;
template class Scaler<float>;
template std::optional<Scaler<double>> learn_scaling(Scaling, const Mat<double>&);
template std::optional<Scaler<float>> learn_scaling(Scaling, const Mat<float>&);

}  // namespace mercer
