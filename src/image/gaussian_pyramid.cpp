#include "mercer/image/gaussian_pyramid.hpp"

#include <cstdint>
#include <stdexcept>
#include <utility>

#include "image/require_no_order.hpp"
#include "mercer/core/check.hpp"

namespace mercer {

template <class T>
std::vector<Mat<T>> gaussian_pyramid(const Mat<T>& image, index_t max_levels, double sigma,
                                     const GaussianFilterOptions& options) {
  require_positive("gaussian_pyramid: sigma", sigma);
  if (image.is_empty()) throw std::invalid_argument("gaussian_pyramid: image must not be empty");
  require_no_order("gaussian_pyramid", options);
  std::vector<Mat<T>> levels = {image};
  while (levels.back().n_elem > 1 && levels.size() != max_levels) {
    const Mat<T> smooth = gaussian_filter(levels.back(), sigma, options);
    Mat<T> half((smooth.n_rows + 1) / 2, (smooth.n_cols + 1) / 2, arma::fill::none);
    for (index_t j = 0; j < half.n_cols; ++j) {
      for (index_t i = 0; i < half.n_rows; ++i) half(i, j) = smooth(2 * i, 2 * j);
    }
    levels.push_back(std::move(half));
  }
  return levels;
}

#define MERCER_INSTANTIATE(T)                                                   \
  template std::vector<Mat<T>> gaussian_pyramid(const Mat<T>&, index_t, double, \
                                                const GaussianFilterOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
MERCER_INSTANTIATE(std::uint8_t)
MERCER_INSTANTIATE(std::uint16_t)
#undef MERCER_INSTANTIATE

}  // namespace mercer
