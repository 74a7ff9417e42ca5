#include "model/fold_residuals.hpp"

#include <cmath>

#include "mercer/solver/cholesky.hpp"

namespace mercer {
namespace {

// mean - mean_{-S} of each output.
template <class T>
arma::rowvec shifts_of_mean(const RidgePathProblem<T>& problem, const arma::uvec& fold) {
  Col<double> w = problem.w;
  w.elem(fold).zeros();
  const double others = arma::accu(w);
  // sum over S of w (y - mean) / sum over the others of w: no difference of means that are close
  arma::rowvec shifts(problem.Y.n_cols, arma::fill::zeros);
  for (index_t t = 0; t < problem.Y.n_cols; ++t) {
    double sum = 0;
    for (const index_t i : fold) {
      sum += problem.w(i) * (static_cast<double>(problem.Y(i, t)) - problem.means(t));
    }
    shifts(t) = sum / others;
  }
  return shifts;
}

}  // namespace

template <class T>
arma::Cube<T> fold_residuals(const BandReduction<T>& reduction,
                             const std::vector<BandFactor>& factors, const Mat<T>& solutions,
                             const RidgePathProblem<T>& problem, bool centred, int threads,
                             Poll poll) {
  const index_t outputs = problem.Y.n_cols;
  arma::Cube<T> out(problem.size(), outputs, factors.size(), arma::fill::none);
  for (const arma::uvec& fold : problem.folds) {
    const arma::rowvec shifts =
        centred ? shifts_of_mean(problem, fold) : arma::rowvec(outputs, arma::fill::zeros);
    const auto take = [&](index_t k, SymmetricTiles<T>&& block) {
      Mat<T> e(fold.n_elem, outputs, arma::fill::none);
      for (index_t t = 0; t < outputs; ++t) {
        const T* beta = solutions.colptr(k * (outputs + 1) + t);
        const T* u = solutions.colptr(k * (outputs + 1) + outputs);
        for (index_t i = 0; i < fold.n_elem; ++i) {
          const index_t row = fold(i);
          e(i, t) = static_cast<T>(static_cast<double>(beta[row]) +
                                   shifts(t) * static_cast<double>(u[row]));
        }
      }
      const CholeskyFactor<T> factor(std::move(block), {.threads = threads});
      if (factor.status() == Status::converged) {
        factor.solve(e);
      } else {  // by rounding alone: blocks of the inverse of a positive definite matrix are so
        e.fill(arma::Datum<T>::nan);
      }
      for (index_t t = 0; t < outputs; ++t) {
        for (index_t i = 0; i < fold.n_elem; ++i) {
          out(fold(i), t, k) = e(i, t) / static_cast<T>(std::sqrt(problem.w(fold(i))));
        }
      }
    };
    reduction.inverse_blocks(factors, fold, take, poll);
  }
  return out;
}

template arma::Cube<double> fold_residuals(const BandReduction<double>&,
                                           const std::vector<BandFactor>&, const Mat<double>&,
                                           const RidgePathProblem<double>&, bool, int, Poll);
template arma::Cube<float> fold_residuals(const BandReduction<float>&,
                                          const std::vector<BandFactor>&, const Mat<float>&,
                                          const RidgePathProblem<float>&, bool, int, Poll);

}  // namespace mercer
