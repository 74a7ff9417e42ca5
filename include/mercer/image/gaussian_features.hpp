// What stands out of an image at a scale: blobs and edges.
#pragma once

#include "mercer/core/types.hpp"
#include "mercer/image/gaussian_filter.hpp"

namespace mercer {

/// G(sigma) * image - G(larger) * image: what is larger than sigma and smaller than `larger`. With
/// larger = 1.6 sigma it is close to (1.6 - 1) sigma^2 times minus the Laplacian (Marr & Hildreth,
/// Theory of edge detection, 1980).
///
/// Here and below: T is float or double; of the options all but the order serve. Throws
/// std::invalid_argument on a sigma that is not finite and positive, if larger <= sigma, on an
/// order in the options, and as gaussian_filter does.
template <class T>
Mat<T> difference_of_gaussians(const Mat<T>& image, double sigma, double larger,
                               const GaussianFilterOptions& options = {});

/// d^2/di^2 (G * image) + d^2/dj^2 (G * image): positive in dark blobs, negative in bright ones.
/// Times sigma^2 it compares scales (Lindeberg, Feature detection with automatic scale selection,
/// 1998).
template <class T>
Mat<T> laplacian_of_gaussian(const Mat<T>& image, double sigma,
                             const GaussianFilterOptions& options = {});

/// ((d/di (G * image))^2 + (d/dj (G * image))^2)^1/2: the steepness of edges, per sample.
template <class T>
Mat<T> gaussian_gradient_magnitude(const Mat<T>& image, double sigma,
                                   const GaussianFilterOptions& options = {});

}  // namespace mercer
