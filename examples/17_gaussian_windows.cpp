// How to compute a Gaussian kernel matrix: every answer to that question, side by side.
#include <cmath>
#include <cstdio>
#include <mercer/mercer.hpp>

using namespace mercer;

// The Gram matrix of points, one pair after the other.
arma::mat double_loop(const arma::mat& X, double sigma) {
  arma::mat K(X.n_cols, X.n_cols);
  for (arma::uword i = 0; i < X.n_cols; ++i) {
    for (arma::uword j = 0; j < X.n_cols; ++j) {
      const double distance = arma::norm(X.col(i) - X.col(j));
      K(i, j) = std::exp(-distance * distance / (2 * sigma * sigma));
    }
  }
  return K;
}

// An answer that its author withdrew: too wide an interval, and the root of the outer product.
arma::mat square_root_variant(arma::uword size, double nsig) {
  const double step = (2 * nsig + 1) / static_cast<double>(size);
  const arma::vec x = arma::linspace(-nsig - step / 2, nsig + step / 2, size + 1);
  const arma::vec cells = arma::diff(arma::normcdf(x));
  const arma::mat kernel = arma::sqrt(cells * cells.t());
  return kernel / arma::accu(kernel);
}

int main() {
  arma::arma_rng::set_seed(1);
  const arma::mat X(10, 500, arma::fill::randn);  // 500 points, one per column
  const double apart = arma::abs(gram(Rbf::from_sigma(2), X) - double_loop(X, 2)).max();
  std::printf("Gram matrix, 500 x 500: engine and double loop differ by %.1e\n\n", apart);

  const arma::uword size = 21;
  const double nsig = 3, sigma = size / (2 * nsig);  // [-3, 3] of the normal curve in 21 cells
  const arma::mat integral = gaussian_kernel_2d_nsig(size, nsig);
  const arma::vec cells = arma::linspace(-10, 10, size);
  std::printf("window, sigma = %g       size  sum       variance  from integrated\n", sigma);
  const auto row = [&](const char* name, const arma::mat& kernel) {
    const double variance = arma::dot(arma::sum(kernel, 1), arma::square(cells));
    std::printf("%-24s %dx%d  %.6f  %8.5f  %.1e\n", name, static_cast<int>(kernel.n_rows),
                static_cast<int>(kernel.n_cols), arma::accu(kernel), variance,
                arma::abs(kernel - integral).max());
  };
  const auto kernel = [&](Discretisation rule) {
    return gaussian_kernel_2d(size, size, sigma, sigma, rule);
  };
  row("integrated", kernel(Discretisation::integrated));
  row("sampled", kernel(Discretisation::sampled));
  row("discrete", kernel(Discretisation::discrete));
  row("square root (withdrawn)", square_root_variant(size, nsig));

  std::printf("\nsigma  sigma^2   variance: sampled  integrated  discrete\n");
  for (const double width : {0.3, 0.5, 1.0, 2.0, 5.0}) {
    const auto variance = [&](Discretisation rule) {
      return window_report(101, width, rule).variance;
    };
    std::printf("%5.1f  %7.4f  %17.6f  %10.6f  %8.6f\n", width, width * width,
                variance(Discretisation::sampled), variance(Discretisation::integrated),
                variance(Discretisation::discrete));
  }
}

// Output:
// Gram matrix, 500 x 500: engine and double loop differ by 2.2e-16
//
// window, sigma = 3.5       size  sum       variance  from integrated
// integrated               21x21  1.000000  12.00230  0.0e+00
// sampled                  21x21  1.000000  11.93006  8.6e-05
// discrete                 21x21  1.000000  11.85834  3.8e-04
// square root (withdrawn)  21x21  1.000000  18.80692  5.4e-03
//
// sigma  sigma^2   variance: sampled  integrated  discrete
//   0.3   0.0900           0.007673    0.095582  0.090000
//   0.5   0.2500           0.215013    0.325413  0.250000
//   1.0   1.0000           1.000000    1.083333  1.000000
//   2.0   4.0000           4.000000    4.083333  4.000000
//   5.0  25.0000          25.000000   25.083333  25.000000
