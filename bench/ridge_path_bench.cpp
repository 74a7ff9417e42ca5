// Kernel ridge regression along 50 lambdas, 1e-6 to 1e2, per round the seconds of
//     the path with leave-one-out residuals,
//     the same with one lambda of the 50, the best,
//     the path without leave-one-out (generalised cross-validation, likelihood, coefficients),
//     50 of mercer's Cholesky factors with the diagonal of the inverse (one, times 50),
//     50 of LAPACK's dpotrf with dpotri (one, times 50),
//     LAPACK's dsyevd with eigenvectors;
// then the best lambda.
// usage: ridge_path_bench [N]: rows (5000)
#include <cstdio>
#include <cstdlib>
#include <mercer/mercer.hpp>
#include <stdexcept>
#include <vector>

#include "timing.hpp"

using namespace mercer;

namespace {

constexpr index_t count = 50;  // of lambdas

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
  Random random(1);
  arma::mat X(10, n), Y(n, 1);
  for (double& x : X) x = random.normal();
  for (index_t i = 0; i < n; ++i) Y(i) = std::sin(X(0, i)) + 0.5 * X(1, i) + 0.1 * random.normal();
  const std::vector<double> lambdas = log_grid(1e-6, 1e2, count);
  const arma::mat K = gram(Rbf(0.1), X);

  bench::serve("mercer and LAPACK", [&] {
    bench::wake(std::size_t{2} * n * n * sizeof(double));
    double best = 0;
    const double path = run_path(X, Y, lambdas, true, &best);
    return std::vector<double>{path,
                               run_path(X, Y, {best}, true, nullptr),
                               run_path(X, Y, lambdas, false, nullptr),
                               count * run_cholesky(K, best),
                               count * run_lapack(K, best),
                               run_eigen(K),
                               best};
  });
}
