// Products with a Gram matrix that would not fit into memory: a density estimate on 60000 points.
#include <cstdio>
#include <mercer/mercer.hpp>

using namespace mercer;

int main() {
  arma::arma_rng::set_seed(1);
  const arma::uword n = 60000;
  const arma::mat X(3, n, arma::fill::randn);
  const Rbf kernel = Rbf::from_sigma(0.5);

  // What each way of keeping K would take; gram() refuses what is over the budget ...
  const GramOptions budget{.memory_budget = 4'000'000'000};
  std::printf("%s\n", memory_plan<double>(n, X.n_rows, budget).text().c_str());

  // ... but K V needs no K: tiles are computed, multiplied and forgotten.
  const arma::mat ones(n, 1, arma::fill::ones);
  const arma::mat sums = multiply(kernel, X, X, ones);  // n x 1

  // The mean of the kernel at the origin estimates (1 + 1 / 0.25)^(-3/2) exp(0) = 0.0894.
  const arma::mat origin(3, 1, arma::fill::zeros);
  const arma::mat at_origin = multiply(kernel, origin, X, ones);
  std::printf("mean kernel value at the origin: %.3f, over all points: %.3f\n",
              at_origin(0, 0) / static_cast<double>(n),
              arma::mean(sums.col(0)) / static_cast<double>(n));
}

// Output:
// dense 28.80 GB, tiled 14.54 GB, matrix-free 1.44 MB; with a budget of 4.00 GB: matrix-free
// mean kernel value at the origin: 0.089, over all points: 0.037
