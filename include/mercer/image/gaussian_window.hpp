// Gaussian windows: the weights that smooth a signal or an image, in one and two dimensions.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

/// How a Gaussian of standard deviation sigma becomes one weight per cell. Cell i of a window of n
/// is one wide, its centre is x = i - (n - 1) / 2: between two cells where n is even.
///   sampled      exp(-x^2 / (2 sigma^2)): the value at the centre of the cell
///   integrated   Phi((x + 1/2) / sigma) - Phi((x - 1/2) / sigma): the probability of the cell
///   discrete     exp(-t) I_x(t), t = sigma^2, I_x the modified Bessel function: the analogue of
///   the
///                Gaussian on the integers, so n must be odd. Its variance is sigma^2, and windows
///                of t1 and t2 convolve to that of t1 + t2.
/// Source of the last: Lindeberg, Scale-space for discrete signals, IEEE PAMI 12(3), 1990, eq. 19.
enum class Discretisation { sampled, integrated, discrete };

struct WindowOptions {
  int order = 0;          // of the derivative, 0 to 4; the unit of x is one cell
  bool normalise = true;  // divide by the sum of the weights of order 0
};

/// The window w of `size` cells. Order 0 is symmetric to the bit, and sums to 1 if it is
/// normalised.
///
/// Order k is a window for convolution, (w * f)(i) = sum_j w(j) f(i - j), that takes the k-th
/// derivative of the smoothed f; odd orders are antisymmetric to the bit, their centre is 0.
///   sampled      the k-th derivative of exp(-x^2 / (2 sigma^2)) at the centre of the cell
///   integrated   the integral over the cell of the k-th derivative of the density: the difference
///                of the (k - 1)-th at its two ends
///   discrete     central differences of the weights g: (g(x + 1) - g(x - 1)) / 2 for order 1,
///                g(x + 1) - 2 g(x) + g(x - 1) for 2, one after the other for 3, the second twice
///                for 4
/// Each over the sum of the weights of order 0, unless `normalise` is off.
///
/// Weights of order 0 are exact to an ulp or two as long as they are normal numbers, whatever
/// sigma; a tiny sigma gives the one or two cells in the middle everything, a huge one each cell
/// the same. Where long double is no wider than double, sampled and discrete weights lose up to
/// three digits in their tails, integrated ones more.
///
/// Throws std::invalid_argument if size is 0 or, for discrete, even, if sigma is not finite and
/// positive, if the order is not one of 0 to 4, or if sigma is so small that a derivative exceeds
/// the range of double; BudgetError if the window exceeds three quarters of the machine's memory.
Col<double> gaussian_window(index_t size, double sigma,
                            Discretisation discretisation = Discretisation::sampled,
                            const WindowOptions& options = {});

/// The integrated window of cells that cut [-nsig, nsig] of the standard normal distribution into
/// `size` equal parts, which is that of sigma = size / (2 nsig). Throws like gaussian_window.
Col<double> gaussian_window_nsig(index_t size, double nsig, const WindowOptions& options = {});

/// The outer product of two windows, K(i, j) = w_rows(i) w_cols(j): rows x cols.
/// Throws like gaussian_window.
Mat<double> gaussian_kernel_2d(index_t rows, index_t cols, double sigma_rows, double sigma_cols,
                               Discretisation discretisation = Discretisation::sampled,
                               const WindowOptions& row_options = {},   // of w_rows
                               const WindowOptions& col_options = {});  // of w_cols

/// The outer product of gaussian_window_nsig(size, nsig) with itself: size x size.
Mat<double> gaussian_kernel_2d_nsig(index_t size, double nsig);

/// What a window of order 0 is, beside the Gaussian that it stands for.
struct WindowReport {
  double mass_cut;  // share of the endless window that lies outside; relative error 1e-14 up to
                    // sigma = 4096, absolute error 1e-15 above
  double mean;      // sum_i x w(i) / sum_i w(i) of the window as it is: 0 by symmetry
  double variance;  // sum_i x^2 w(i) / sum_i w(i) of the window as it is. Nothing cut: sigma^2 for
                    // discrete, sigma^2 + 1/12 for integrated
};

/// The report of gaussian_window(size, sigma, discretisation). Throws like it.
WindowReport window_report(index_t size, double sigma,
                           Discretisation discretisation = Discretisation::sampled);

}  // namespace mercer
