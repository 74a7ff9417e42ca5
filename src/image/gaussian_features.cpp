#include "mercer/image/gaussian_features.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

#include "image/require_no_order.hpp"
#include "mercer/core/check.hpp"

namespace mercer {
namespace {

template <class T>
Mat<T> derivative(const Mat<T>& image, double sigma, GaussianFilterOptions options, int along_rows,
                  int along_columns) {
  options.order = {along_rows, along_columns, 0};
  return gaussian_filter(image, sigma, options);
}

}  // namespace

template <class T>
Mat<T> difference_of_gaussians(const Mat<T>& image, double sigma, double larger,
                               const GaussianFilterOptions& options) {
  require_positive("difference_of_gaussians: sigma", sigma);
  require_positive("difference_of_gaussians: larger", larger);
  require_no_order("difference_of_gaussians", options);
  if (larger <= sigma) {
    throw std::invalid_argument("difference_of_gaussians: larger must be above sigma (" +
                                shortest(sigma) + "), is " + shortest(larger));
  }
  Mat<T> out = gaussian_filter(image, sigma, options);
  out -= gaussian_filter(image, larger, options);
  return out;
}

template <class T>
Mat<T> laplacian_of_gaussian(const Mat<T>& image, double sigma,
                             const GaussianFilterOptions& options) {
  require_positive("laplacian_of_gaussian: sigma", sigma);
  require_no_order("laplacian_of_gaussian", options);
  Mat<T> out = derivative(image, sigma, options, 2, 0);
  out += derivative(image, sigma, options, 0, 2);
  return out;
}

template <class T>
Mat<T> gaussian_gradient_magnitude(const Mat<T>& image, double sigma,
                                   const GaussianFilterOptions& options) {
  require_positive("gaussian_gradient_magnitude: sigma", sigma);
  require_no_order("gaussian_gradient_magnitude", options);
  Mat<T> out = derivative(image, sigma, options, 1, 0);
  const Mat<T> other = derivative(image, sigma, options, 0, 1);
  for (index_t i = 0; i < out.n_elem; ++i) out(i) = std::hypot(out(i), other(i));
  return out;
}

#define MERCER_INSTANTIATE(T)                                                                 \
  template Mat<T> difference_of_gaussians(const Mat<T>&, double, double,                      \
                                          const GaussianFilterOptions&);                      \
  template Mat<T> laplacian_of_gaussian(const Mat<T>&, double, const GaussianFilterOptions&); \
  template Mat<T> gaussian_gradient_magnitude(const Mat<T>&, double, const GaussianFilterOptions&);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
#undef MERCER_INSTANTIATE

}  // namespace mercer
