// Seconds of kernel ridge regression along 50 lambdas, 1e-6 to 1e2, with leave-one-out residuals:
// the path, the path with one lambda, and what else would give them: a Cholesky factor with the
// diagonal of its inverse for each lambda (measured for a few, scaled to 50), and LAPACK's full
// eigendecomposition. Then the ratios. The rounds go through all in turn, medians are printed.
// usage: ridge_path_bench [N] [ROUNDS]: rows (5000), rounds (3)
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mercer/mercer.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "timing.hpp"

using namespace mercer;

namespace {

constexpr index_t count = 50;  // of lambdas

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double run_path(const arma::mat& X, const arma::mat& Y, const std::vector<double>& lambdas,
                bool leave_one_out, double* best) {
  KernelRidgePath<double> path(Rbf(0.1), {.lambdas = lambdas, .leave_one_out = leave_one_out});
  Report report;
  const double time = bench::seconds([&] { report = path.fit(X, Y); });
  if (!report) throw std::runtime_error(report.message);
  const auto criterion =
      leave_one_out ? RidgeCriterion::leave_one_out : RidgeCriterion::generalised;
  if (best != nullptr) *best = lambdas[path.best(criterion).lambda];
  return time;
}

// One lambda of 50: own factor and diagonal of the inverse.
double run_cholesky(const arma::mat& K, double lambda) {
  SymmetricTiles<double> A = tiles_of_upper(K);
  for (index_t i = 0; i < K.n_rows; ++i) A.at(i, i) += lambda;
  return bench::seconds([&] {
    const CholeskyFactor<double> factor(std::move(A));
    return factor.inverse_diagonal();
  });
}

// The same by LAPACK with all threads: dpotrf, dpotri.
double run_lapack(const arma::mat& K, double lambda) {
  arma::mat A = K;
  A.diag() += lambda;
  const auto n = static_cast<arma::blas_int>(K.n_rows);
  char half = 'L';
  arma::blas_int order = n, info = 0;
  return bench::seconds([&] {
    arma::lapack::potrf(&half, &order, A.memptr(), &order, &info);
    arma::lapack::potri(&half, &order, A.memptr(), &order, &info);
  });
}

// dsyevd with all threads; the lambdas then cost products of n x n with n x 50, which are not
// counted.
double run_eigen(const arma::mat& K) {
  arma::vec values;
  arma::mat vectors;
  return bench::seconds([&] {
    if (!arma::eig_sym(values, vectors, K, "dc")) throw std::runtime_error("dsyevd failed");
  });
}

}  // namespace

int main(int argc, char** argv) {
  const index_t n = argc > 1 ? static_cast<index_t>(std::atoi(argv[1])) : 5000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  Random random(1);
  arma::mat X(10, n), Y(n, 1);
  for (double& x : X) x = random.normal();
  for (index_t i = 0; i < n; ++i) Y(i) = std::sin(X(0, i)) + 0.5 * X(1, i) + 0.1 * random.normal();
  const std::vector<double> lambdas = log_grid(1e-6, 1e2, count);
  const arma::mat K = gram(Rbf(0.1), X);

  std::map<std::string, std::vector<double>> times;
  double best = 0;
  bench::wake(std::size_t{2} * n * n * sizeof(double));
  for (int round = 0; round < rounds; ++round) {
    times["path"].push_back(run_path(X, Y, lambdas, true, &best));
    times["one"].push_back(run_path(X, Y, {best}, true, nullptr));
    times["short"].push_back(run_path(X, Y, lambdas, false, nullptr));
    times["cholesky"].push_back(run_cholesky(K, best));
    times["lapack"].push_back(run_lapack(K, best));
    times["eigen"].push_back(run_eigen(K));
  }
  const double path = median(times["path"]);
  const auto line = [&](const char* what, double time) {
    std::printf("%-62s %8.3f s  %6.2f of the path\n", what, time, time / path);
  };
  std::printf("n = %llu, d = 10, rbf(gamma=0.1), %llu lambdas, medians of %d; best lambda %.3g\n",
              static_cast<unsigned long long>(n), static_cast<unsigned long long>(count), rounds,
              best);
  line("path with leave-one-out", path);
  line("path with leave-one-out, one lambda", median(times["one"]));
  line("path without leave-one-out (GCV, likelihood, coefficients)", median(times["short"]));
  line("50 CholeskyFactor with inverse_diagonal (one, times 50)", 50 * median(times["cholesky"]));
  line("50 dpotrf with dpotri (one, times 50)", 50 * median(times["lapack"]));
  line("dsyevd, eigenvectors included", median(times["eigen"]));
}
