// An image at half, a quarter, ... of its size.
#pragma once

#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/image/gaussian_filter.hpp"

namespace mercer {

/// levels[0] is the image; levels[k] is levels[k - 1] smoothed with sigma, of which every second
/// row and column is kept, the first included: (n + 1) / 2 of n. At most max_levels of them (0: no
/// limit), the last one 1 x 1 at the latest. Together a third more memory than the image.
///
/// sigma: in samples of the finer level. 1 is that of the weights 1 4 6 4 1 of Burt & Adelson (The
/// Laplacian pyramid as a compact image code, 1983); less keeps more detail and more aliases.
///
/// T: float, double, std::uint8_t or std::uint16_t. Throws std::invalid_argument on a sigma that is
/// not finite and positive, an order in the options, and as gaussian_filter does.
template <class T>
std::vector<Mat<T>> gaussian_pyramid(const Mat<T>& image, index_t max_levels = 0, double sigma = 1,
                                     const GaussianFilterOptions& options = {});

}  // namespace mercer
