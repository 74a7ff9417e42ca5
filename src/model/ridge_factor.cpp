#include "model/ridge_factor.hpp"

#include <string>
#include <type_traits>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/parallel.hpp"
#include "model/leave_one_out.hpp"
#include "model/ridge_certificate.hpp"

namespace mercer {
namespace {

// K <- W^1/2 K W^1/2.
template <class U>
void weigh(SymmetricTiles<U>& K, const Col<double>& root_w, int threads) {
  parallel_for(K.count(), threads, [&](index_t c, int) {
    for (index_t r = 0; r <= c; ++r) {
      const Tile<U> tile = K.tile(r, c);
      const double* rows = root_w.memptr() + K.range(r).begin;
      for (index_t j = 0; j < tile.cols; ++j) {
        const double weight = root_w(K.range(c).begin + j);
        for (index_t i = 0; i < tile.rows; ++i) {
          tile.column(j)[i] *= static_cast<U>(rows[i] * weight);
        }
      }
    }
  });
}

}  // namespace

template <class U, class T>
CholeskyFactor<U> ridge_factor(const RidgeProblem<T>& problem, double shift, FitWatch& watch) {
  const auto poll = [&] { watch.poll(); };
  SymmetricTiles<U> A;
  if constexpr (std::is_same_v<U, T>) {
    problem.K.tiles(A, poll);
  } else {
    problem.K.tiles_in_float(A, poll);
  }
  require_finite("KernelRidge::fit", "K", A, problem.threads);
  if (problem.is_weighted()) weigh(A, problem.root_w, problem.threads);
  for (index_t j = 0; j < A.n(); ++j) A.at(j, j) += static_cast<U>(shift);
  return CholeskyFactor<U>(std::move(A),
                           {.threads = problem.threads, .progress = [&](const Progress& state) {
                              watch.iterated(state);
                              return Continue::yes;
                            }});
}

template <class T>
RidgeSolution<T> solve_by_cholesky(const RidgeProblem<T>& problem, bool leave_one_out_too,
                                   bool centred, FitWatch& watch) {
  const auto& [K, Y, w, root_w, means, lambda, threads] = problem;
  const index_t n = Y.n_rows, outputs = Y.n_cols;
  RidgeSolution<T> out;
  out.method = "cholesky";
  const CholeskyFactor<T> factor = ridge_factor<T>(problem, lambda, watch);
  out.status = factor.status();
  if (out.status == Status::not_positive_definite) {
    out.message =
        "KernelRidge::fit: K + lambda I is not positive definite, its leading minor of "
        "order " +
        std::to_string(factor.failed_minor()) + " is not; enlarge lambda (now " + shortest(lambda) +
        ") or take a positive definite kernel";
    return out;
  }
  Mat<T> beta(n, outputs + (leave_one_out_too ? 1 : 0), arma::fill::none);
  beta.head_cols(outputs) = arma::conv_to<Mat<T>>::from(problem.right_sides());
  if (leave_one_out_too) beta.col(outputs) = arma::conv_to<Col<T>>::from(root_w);
  factor.solve(beta);
  out.alpha.set_size(n, outputs);
  for (index_t t = 0; t < outputs; ++t) {
    for (index_t i = 0; i < n; ++i) out.alpha(i, t) = static_cast<T>(root_w(i)) * beta(i, t);
  }
  if (leave_one_out_too) {
    Mat<T> residuals;
    if (arma::any(w == 0)) {
      K.multiply(out.alpha, residuals);
      residuals = Y - residuals;
      residuals.each_row() -= arma::conv_to<arma::Row<T>>::from(means);
    }
    out.leave_one_out = leave_one_out<T>(Y, residuals, w, beta, beta.col(outputs),
                                         factor.inverse_diagonal(), means, centred);
  }
  out.certificate = ridge_certificate(K, Y, w, out.alpha, means, lambda);
  out.iterations = 1;
  return out;
}

template CholeskyFactor<double> ridge_factor(const RidgeProblem<double>&, double, FitWatch&);
template CholeskyFactor<float> ridge_factor(const RidgeProblem<double>&, double, FitWatch&);
template CholeskyFactor<float> ridge_factor(const RidgeProblem<float>&, double, FitWatch&);
template RidgeSolution<double> solve_by_cholesky(const RidgeProblem<double>&, bool, bool,
                                                 FitWatch&);
template RidgeSolution<float> solve_by_cholesky(const RidgeProblem<float>&, bool, bool, FitWatch&);

}  // namespace mercer
