// The inverse of the reduced Nystrom problem, for all lambdas: a solver, or nearly one.
#pragma once

#include <vector>

#include "mercer/solver/band_factor.hpp"
#include "mercer/solver/band_reduction.hpp"
#include "mercer/solver/cholesky.hpp"
#include "model/nystrom_problem.hpp"

namespace mercer {

/// M^-1 = U^-1 (H + lambda I)^-1 U^-T, which is (K' W K + lambda G)^-1 as far as H is that of the
/// problem: exactly for all points, nearly for some of them scaled up. One reduction of H to a band
/// serves all lambdas.
class NystromPreconditioner {
 public:
  /// Consumes H, whose rounding may be known. All else is borrowed.
  NystromPreconditioner(const NystromProblem& problem, const CholeskyFactor<double>& G,
                        Mat<double>&& H, double rounding);

  /// converged, or not_finite where H is not; then there is nothing else.
  Status status() const { return reduction_.status(); }

  /// Z = M^-1 R, m x columns: each column with its lambda. fitted: of each column, at least the sum
  /// of w_i f(x_i)^2 of the function f with the coefficients Z, as far as H tells that: what
  /// rounding of H may hide is added.
  struct Applied {
    Mat<double> Z;
    Col<double> fitted;
  };
  Applied apply(Mat<double> R) const;

  /// tr(I - S) of each lambda, where S takes the targets of the rows with weight to the model's
  /// values there, the mean included or not. ones: K' W 1.
  Col<double> complement_traces(const Col<double>& ones, bool centred) const;

  static std::size_t bytes(index_t m, index_t lambdas);

 private:
  const NystromProblem& problem_;
  const CholeskyFactor<double>& G_;
  BandReduction<double> reduction_;
  double rounding_;                  // of H
  std::vector<BandFactor> factors_;  // of each lambda
};

}  // namespace mercer
