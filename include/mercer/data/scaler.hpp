// Features brought to a common scale, with what the training points taught.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "mercer/core/types.hpp"

namespace mercer {

/// The map x -> (x - shift) / scale of every feature, computed in double for both T.
///
/// Learn it on the training points only, then apply it to both parts. A feature whose training
/// values are all equal has scale 1 and shift that value: it is centred, becoming 0 on the training
/// points. LIBSVM's svm-scale leaves such features out, which in its sparse format means 0 as well.
template <class T>
class Scaler {
 public:
  /// From stored numbers. Throws std::invalid_argument if they differ in size or are empty, a shift
  /// is not finite or a scale is not finite and positive.
  Scaler(Col<double> shift,   // d
         Col<double> scale);  // d

  /// Mean 0 and standard deviation 1: shift is the mean, scale the population standard deviation
  /// sqrt(sum_i (x_i - mean)^2 / n).
  static Scaler standardise(const Mat<T>& X);  // d x n

  /// Training values in [0, 1]: shift is the minimum, scale the range.
  static Scaler min_max(const Mat<T>& X);  // d x n

  /// Training values in [-1, 1]: shift is the middle of the range, scale half of the range.
  static Scaler to_signed_unit(const Mat<T>& X);  // d x n

  // These three throw std::invalid_argument if X is empty, holds a NaN or an infinity, or has a
  // feature whose range overflows.

  /// The scaled points. X is taken by value: moved in, no second matrix is needed.
  /// Throws std::invalid_argument if X has not d rows, or holds a NaN or an infinity.
  Mat<T> apply(Mat<T> X) const;  // d x m

  /// The points that apply would have given X for, up to rounding. Throws as apply.
  Mat<T> inverse(Mat<T> X) const;  // d x m

  const Col<double>& shift() const { return shift_; }  // d
  const Col<double>& scale() const { return scale_; }  // d

 private:
  Col<double> shift_;
  Col<double> scale_;
};

/// Which of these maps; none: features stay as they are.
enum class Scaling { none, standardise, min_max, signed_unit };

/// The scaler of these rows; none for Scaling::none. X: d x n. Throws as the maps do.
template <class T>
std::optional<Scaler<T>> learn_scaling(Scaling scaling, const Mat<T>& X);

/// What the scaler makes of X, or X itself if there is none. Throws as Scaler::apply.
template <class T>
Mat<T> scaled(const std::optional<Scaler<T>>& scaler, std::type_identity_t<Mat<T>> X) {
  return scaler ? scaler->apply(std::move(X)) : std::move(X);
}

}  // namespace mercer
