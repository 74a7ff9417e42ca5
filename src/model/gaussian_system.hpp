// What a Gaussian process keeps of A = K + diag(v) where it has no Cholesky factor.
#pragma once

#include <variant>

#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"
#include "mercer/solver/conjugate_gradient.hpp"
#include "mercer/solver/low_rank_preconditioner.hpp"
#include "mercer/solver/stochastic_lanczos.hpp"

namespace mercer {

/// K_x' A^-1 K_x = B' V + V' R + R' C^-1 R, the last being positive semidefinite and at most
/// ||R||^2 / lambda: see GaussianSystem for C.
struct Explained {
  Mat<double> B, V, R;  // W^1/2 K_x, V ~ C^-1 B, R = B - C V: n x m
  Col<double> errors;   // m: bounds on the diagonal of the last term
};

/// C = W^1/2 A W^1/2 = W^1/2 K W^1/2 + lambda I, with lambda = min v and W = lambda diag(v)^-1, and
/// a low-rank preconditioner of it. K itself is not kept. Immutable.
class GaussianSystem {
 public:
  /// F ~ K, n x k with k >= 1; v > 0.
  template <class T>
  GaussianSystem(Mat<T> F, const Col<double>& variances, int threads, Poll poll);

  /// As LowRankPreconditioner::is_valid.
  bool is_valid() const;

  index_t rank() const;   // of F
  bool in_float() const;  // F is

  double lambda() const { return lambda_; }
  const Col<double>& weights() const { return w_; }

  /// W^1/2 M.
  Mat<double> scaled(const Mat<double>& M) const;

  /// out = W^1/2 K W^1/2 V for products with K.
  void multiply(LinearMap K, const Mat<double>& V, Mat<double>& out) const;

  /// Z = P^-1 R.
  void precondition(const Mat<double>& R, Mat<double>& Z) const;

  /// An estimate of log det A.
  LogDeterminant log_determinant(LinearMap K, const StochasticLanczosOptions& options,
                                 IterationWatch watch) const;

  /// By conjugate gradients, until the errors are at most targets^2 (m).
  Explained explain(LinearMap K, const Mat<double>& K_x, const Col<double>& targets,
                    index_t max_iterations) const;

 private:
  double lambda_;
  Col<double> w_;
  Col<double> root_w_;  // empty if all are 1
  std::variant<LowRankPreconditioner<double>, LowRankPreconditioner<float>> P_;
};

}  // namespace mercer
