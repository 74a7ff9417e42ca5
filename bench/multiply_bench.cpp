// K V for an RBF kernel without K, per round: seconds, and the peak memory of the process in MB.
// usage: multiply_bench N D THREADS COLUMNS
#include <cstdlib>
#include <mercer/mercer.hpp>
#include <string>

#include "timing.hpp"

using namespace mercer;

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: multiply_bench N D THREADS COLUMNS\n");
    return 2;
  }
  const auto n = static_cast<index_t>(std::atoll(argv[1]));
  const auto d = static_cast<index_t>(std::atoll(argv[2]));
  const auto columns = static_cast<index_t>(std::atoll(argv[4]));
  const GramOptions options{.threads = std::atoi(argv[3])};
  arma::arma_rng::set_seed(1);
  const arma::mat X(d, n, arma::fill::randn);
  const arma::mat V(n, columns, arma::fill::randn);
  const Rbf kernel(1.0 / static_cast<double>(d));

  bench::serve("mercer", [&] {
    const double seconds = bench::seconds([&] { return multiply(kernel, X, X, V, options); });
    return std::vector<double>{seconds, bench::peak_megabytes()};
  });
}
