// Images smoothed by a Gaussian, or by one of its derivatives.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "mercer/core/types.hpp"
#include "mercer/image/boundary.hpp"
#include "mercer/image/gaussian_window.hpp"

namespace mercer {

/// How the convolution is computed.
///
/// | method    | operations a value and axis | windows                                         |
/// |-----------|-----------------------------|-------------------------------------------------|
/// | window    | 2 radius + 1                | 2 radius + 1 weights; at 4 sigma 6e-5 is cut off |
/// | recursive | 60, whatever sigma          | without an end, to an error of e / sigma^order  |
///
/// recursive: five complex exponentials stand for the sampled window of infinite length. A value
/// differs from its convolution by at most e / sigma^order times the largest |value| of the image
/// for each axis, e = 2e-9, 4e-8, 2e-6, 2e-5, 4e-4 for the orders 0 to 4, and rounding, about
/// 1e-14 and 1e-15 sigma. It pays from sigma = 10 on. In double, also for floats.
/// Source: Deriche, Recursively implementing the Gaussian and its derivatives, 1993, has two of
/// them; the coefficients here are our own.
enum class FilterMethod { window, recursive };

struct GaussianFilterOptions {
  Discretisation discretisation = Discretisation::sampled;  // recursive: sampled only
  FilterMethod method = FilterMethod::window;
  std::array<int, 3> order = {};    // of the derivative along rows, columns, slices: 0 to 4
  double truncate = 4;              // radius = floor(truncate sigma + 1/2), see gaussian_radius
  std::optional<index_t> radius{};  // in place of truncate: windows of 2 radius + 1 weights
  Boundary boundary = Boundary::reflect;
  double constant = 0;            // beyond the edges with Boundary::constant
  int threads = 0;                // 0: omp_get_max_threads()
  std::size_t memory_budget = 0;  // bytes, for results and work; 0: 3/4 of the machine's memory
};

/// out = image * w, the convolution with the Gaussian windows of the axes, one after the other:
///     out(i, j) = sum_k w_cols(k) sum_l w_rows(l) image(i - l, j - k),
/// w of gaussian_window(2 radius + 1, sigma, discretisation, {order}). With an order k along an
/// axis, the k-th derivative along it of what is smoothed, per sample to the k.
///
/// sigma: in samples, per axis (from row to row, from column to column, from slice to slice); 0
/// leaves an axis alone. One number stands for all axes. The planes of a colour image are slices,
/// which {sigma, sigma, 0} keeps apart.
///
/// T: float, double, std::uint8_t or std::uint16_t. 8 bits are computed in float, all others in
/// double; integers are rounded to nearest (ties to even) and kept in their range, so
/// that the mean does not drift, and derivatives of them are refused. The image may be assigned to
/// itself: image = gaussian_filter(image, 2). The same bits for any number of threads.
///
/// Throws std::invalid_argument if image is empty, on a sigma that is not finite or negative, an
/// order without sigma, and options out of range; NonFiniteError if image holds NaN or an infinity;
/// BudgetError if windows, results and work exceed the budget.
template <class T>
Mat<T> gaussian_filter(const Mat<T>& image, double sigma,
                       const GaussianFilterOptions& options = {});
template <class T>
Mat<T> gaussian_filter(const Mat<T>& image,          // rows x cols
                       std::array<double, 2> sigma,  // along rows, along columns
                       const GaussianFilterOptions& options = {});
template <class T>
Col<T> gaussian_filter(const Col<T>& signal, double sigma,
                       const GaussianFilterOptions& options = {});
template <class T>
arma::Cube<T> gaussian_filter(const arma::Cube<T>& image, double sigma,
                              const GaussianFilterOptions& options = {});
template <class T>
arma::Cube<T> gaussian_filter(const arma::Cube<T>& image, std::array<double, 3> sigma,
                              const GaussianFilterOptions& options = {});

/// The radius of the window along an axis, of 2 radius + 1 weights: that of the options, but 0 with
/// sigma 0, and at least (order + 1) / 2. Throws std::invalid_argument as gaussian_filter; counts
/// above 10^18 are told as that.
index_t gaussian_radius(double sigma, int order, const GaussianFilterOptions& options = {});

}  // namespace mercer
