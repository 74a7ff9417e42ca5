// The fit of ridge_bench by LAPACK's dposv with all threads, K by mercer::gram in a square matrix,
// per round: the figures of ridge_bench (nan where there is none), then the seconds of K alone.
// usage: ridge_lapack N; the problem is the generated one
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ridge_problems.hpp"
#include "timing.hpp"

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::vector<double> run(const bench::RidgeProblem& problem) {
  const mercer::Rbf kernel(problem.gamma);
  const arma::uword n = problem.X.n_cols;
  bench::wake(n * n * sizeof(double));
  const bench::PeakMemory memory;
  const double mean = arma::mean(problem.Y.col(0));
  arma::mat K, alpha = problem.Y - mean;
  const double gram = bench::seconds([&] { K = mercer::gram(kernel, problem.X); });
  const double solve = bench::seconds([&] {
    K.diag() += problem.lambda;
    char half = 'L';
    arma::blas_int order = static_cast<arma::blas_int>(n), columns = 1, info = 0;
    arma::lapack::posv(&half, &order, &columns, K.memptr(), &order, alpha.memptr(), &order, &info);
    if (info != 0) throw std::runtime_error("dposv failed");
  });
  const double measured = memory.megabytes();
  K.reset();
  const arma::mat predicted = mercer::multiply(kernel, problem.X_new, problem.X, alpha) + mean;
  return {gram + solve, none, none, none, measured, problem.quality(predicted), gram};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: ridge_lapack N\n");
    return 2;
  }
  const auto problem = bench::generated_ridge(std::strtoull(argv[1], nullptr, 10));
  bench::serve("dposv", [&] { return run(problem); });
}
