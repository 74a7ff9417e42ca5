// A Gaussian process by Cholesky and by products with K, on n normal points of d features: seconds
// of the fit, the log marginal likelihood with its standard error, seconds for the standard
// deviations of 100 new points, and how far means and standard deviations are apart. usage:
// gp_products_bench N D THREADS [without-cholesky]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mercer/mercer.hpp>

#include "timing.hpp"

using namespace mercer;

namespace {

arma::mat normal_points(index_t d, index_t n, std::uint64_t seed) {
  Random random(seed);
  arma::mat X(d, n);
  for (double& value : X) value = random.normal();
  return X;
}

GaussianPrediction<double> run(const char* name, const arma::mat& X, const arma::vec& y,
                               const arma::mat& X_new, const GaussianProcessOptions& options) {
  GaussianProcess<double> model(1.0 * Rbf::from_sigma(1.5), options);
  Report report;
  const double fit = bench::seconds([&] { report = model.fit(X, y); });
  GaussianPrediction<double> predicted;
  const double predict = bench::seconds([&] { predicted = model.predict_with_std(X_new); });
  const LikelihoodEstimate& likelihood = model.likelihood();
  std::printf(
      "%-10s %7.2f s fit (%zu iterations), log p %.3f +- %.3f (bound %.1g), %6.2f s for %zu "
      "deviations (bound %.1g); %s\n",
      name, fit, static_cast<std::size_t>(report.iterations), likelihood.value,
      likelihood.standard_error, likelihood.bound, predict, static_cast<std::size_t>(X_new.n_cols),
      predicted.standard_deviation_error, report.method.c_str());
  return predicted;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "usage: gp_products_bench N D THREADS [without-cholesky]\n");
    return 2;
  }
  const index_t n = std::strtoull(argv[1], nullptr, 10), d = std::strtoull(argv[2], nullptr, 10);
  const int threads = std::atoi(argv[3]);
  const arma::mat X = normal_points(d, n, 1), X_new = normal_points(d, 100, 2);
  Random random(3);
  arma::vec y(n);
  for (index_t i = 0; i < n; ++i) y(i) = std::sin(2 * X(0, i)) + 0.3 * random.normal();

  const auto own =
      run("products", X, y, X_new,
          {.noise = 0.09, .method = GaussianProcessMethod::conjugate_gradient, .threads = threads});
  if (argc == 5) return 0;
  const auto exact = run("cholesky", X, y, X_new, {.noise = 0.09, .threads = threads});
  std::printf("apart: means %.2g, deviations %.2g\n", arma::abs(own.mean - exact.mean).max(),
              arma::abs(own.standard_deviation - exact.standard_deviation).max());
}
