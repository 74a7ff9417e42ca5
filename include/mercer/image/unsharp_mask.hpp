// Images made sharper.
#pragma once

#include "mercer/core/types.hpp"
#include "mercer/image/gaussian_filter.hpp"

namespace mercer {

/// image + amount (image - G(sigma) * image) where the difference is larger than the threshold, in
/// units of the image; the image itself elsewhere. amount 1 doubles what is finer than sigma, a
/// negative one takes it away.
///
/// T: float, double, std::uint8_t or std::uint16_t; integers are rounded and kept in their range.
/// Throws std::invalid_argument on a sigma that is not finite and positive, an amount that is not
/// finite, a threshold that is negative or not finite, an order in the options, and as
/// gaussian_filter does.
template <class T>
Mat<T> unsharp_mask(const Mat<T>& image, double sigma, double amount = 1, double threshold = 0,
                    const GaussianFilterOptions& options = {});

}  // namespace mercer
