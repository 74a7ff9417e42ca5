// What the data explain of the prior covariance of new points: K_x' A^-1 K_x.
#pragma once

#include "mercer/gram/gram_operator.hpp"
#include "mercer/solver/cholesky.hpp"
#include "mercer/tile/symmetric_tiles.hpp"
#include "model/gaussian_system.hpp"

namespace mercer {

/// By the factor of A; without one by conjugate gradients, where what is explained is too small, by
/// something positive semidefinite. All is borrowed.
struct GaussianPosterior {
  const CholeskyFactor<double>* factor;
  const GaussianSystem* system;   // if there is no factor, then with
  const GramOperator<double>* K;  // over the training points
  double tolerance;               // of standard deviations, times k(x, x)^1/2
  index_t max_iterations;
  int threads;

  /// Matrices of the size of K_x that are in memory at a time.
  index_t copies() const { return factor != nullptr ? 1 : 10; }

  /// The diagonal, for k(x, x) = priors (m), and bounds on what it is too small by. Overwrites K_x,
  /// n x m.
  struct Diagonal {
    Col<double> explained, errors;  // m
  };
  Diagonal diagonal(Mat<double>& K_x, const Col<double>& priors) const;

  /// C <- C - K_x' A^-1 K_x for the prior covariance C. Overwrites K_x.
  void subtract_from(SymmetricTiles<double>& C, Mat<double>& K_x) const;

 private:
  Explained explain(const Mat<double>& K_x, const Col<double>& priors) const;
};

}  // namespace mercer
