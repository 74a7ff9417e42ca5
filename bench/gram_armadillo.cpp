// Seconds per round for an RBF Gram matrix with Armadillo. usage: gram_armadillo N D
// Threads: OMP_NUM_THREADS, for the BLAS and for Armadillo's own loops.
#include <armadillo>
#include <cstdlib>

#include "timing.hpp"

namespace {

// In place. Column by column, with one pass over K, it is slower: a loop of Armadillo's threads
// costs more than a column.
arma::mat rbf(const arma::mat& X, double gamma) {
  arma::mat K = X.t() * X;
  const arma::vec norms = K.diag();
  K *= -2;
  K.each_col() += norms;
  K.each_row() += norms.t();
  K = arma::exp(-gamma * K);
  return K;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: gram_armadillo N D\n");
    return 2;
  }
  const auto n = static_cast<arma::uword>(std::atoll(argv[1]));
  const auto d = static_cast<arma::uword>(std::atoll(argv[2]));
  arma::arma_rng::set_seed(1);
  const arma::mat X(d, n, arma::fill::randn);
  const double gamma = 1.0 / static_cast<double>(d);
  bench::serve("Armadillo " + arma::arma_version::as_string(), [&] {
    bench::wake(2 * sizeof(double) * n * n);
    return std::vector<double>{bench::seconds([&] { return rbf(X, gamma); })};
  });
}
