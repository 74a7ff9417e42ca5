#include "mercer/image/unsharp_mask.hpp"

#include <algorithm>
#include <cmath>

#include "image/require_no_order.hpp"
#include "image/sample_values.hpp"
#include "mercer/core/check.hpp"

namespace mercer {

template <class T>
Mat<T> unsharp_mask(const Mat<T>& image, double sigma, double amount, double threshold,
                    const GaussianFilterOptions& options) {
  using W = Work<T, T>;
  require_positive("unsharp_mask: sigma", sigma);
  require_finite("unsharp_mask: amount", amount);
  require_non_negative("unsharp_mask: threshold", threshold);
  require_no_order("unsharp_mask", options);
  const Mat<W> smooth = gaussian_filter(arma::conv_to<Mat<W>>::from(image), sigma, options);
  Mat<T> out(image.n_rows, image.n_cols, arma::fill::none);
  for (index_t i = 0; i < out.n_elem; ++i) {
    const W value = static_cast<W>(image(i)), finer = value - smooth(i);
    out(i) = std::abs(finer) > static_cast<W>(threshold)
                 ? finished<W, T>(value + static_cast<W>(amount) * finer)
                 : image(i);
  }
  return out;
}

#define MERCER_INSTANTIATE(T) \
  template Mat<T> unsharp_mask(const Mat<T>&, double, double, double, const GaussianFilterOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
MERCER_INSTANTIATE(std::uint8_t)
MERCER_INSTANTIATE(std::uint16_t)
#undef MERCER_INSTANTIATE

}  // namespace mercer
