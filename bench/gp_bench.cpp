// Hyper-parameters of a Gaussian process with a length scale per feature, from amplitude 1, length
// scales 1 and noise 0.1 on standardised data, per round: seconds, the log marginal likelihood, its
// evaluations, and the peak memory of the process in MB.
// usage: gp_bench FILE.csv N THREADS
#include <cmath>
#include <cstdlib>
#include <mercer/mercer.hpp>
#include <string>
#include <vector>

#include "timing.hpp"

using namespace mercer;

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: gp_bench FILE.csv N THREADS\n");
    return 2;
  }
  const auto data = load_csv<double>(argv[1], {.target = "target"});
  const index_t n = std::min<index_t>(data.y.n_elem, std::strtoull(argv[2], nullptr, 10));
  const arma::mat first = data.X.head_cols(n);
  const arma::mat X = Scaler<double>::standardise(first).apply(first);
  arma::vec y = data.y.head(n);
  y = (y - arma::mean(y)) / arma::stddev(y, 1);

  const AnyKernel kernel = 1.0 * Ard(std::vector<double>(X.n_rows, 1.0), fixed(Rbf(0.5)));
  const std::vector<double> reach(X.n_rows + 2, std::log(1e5));
  std::vector<double> lower = reach;
  for (double& value : lower) value = -value;
  const GaussianProcessOptions options{.noise = 0.1,
                                       .optimise = true,
                                       .search = {.lower = lower, .upper = reach},
                                       .threads = std::atoi(argv[3])};
  bench::serve("mercer", [&] {
    GaussianProcess<double> model(kernel, options);
    Report report;
    const double seconds = bench::seconds([&] { report = model.fit(X, y); });
    return std::vector<double>{seconds, model.log_marginal_likelihood(),
                               static_cast<double>(report.iterations), bench::peak_megabytes()};
  });
}
