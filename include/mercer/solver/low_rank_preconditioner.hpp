// A preconditioner for K + lambda I from a low-rank factor of K.
#pragma once

#include <cstddef>
#include <memory>

#include "mercer/core/progress.hpp"
#include "mercer/core/types.hpp"
#include "mercer/solver/cholesky.hpp"

namespace mercer {

/// P = F F' + lambda I, for an F (n x k) as pivoted_cholesky gives it, applied by the identity of
/// Woodbury with a Cholesky factor of G = F' F + lambda I (k x k, in double):
///     P^-1 R = (R - F G^-1 F' R) / lambda
/// n k^2 flops once, then two passes over F each time. F may be in float: what is applied is the
/// inverse of P for that F, with sums in double. Where K - F F' is positive semidefinite,
///     P <= K + lambda I,   and   r' (K + lambda I)^-1 r <= r' P^-1 r.
/// The same bits for any number of threads.
template <class T>
class LowRankPreconditioner {
 public:
  /// lambda > 0. Between pieces of work poll may throw to end it.
  LowRankPreconditioner(Mat<T> F, double lambda, int threads = 0, Poll poll = no_poll);

  /// Whether G has a Cholesky factor; else lambda is too small beside the rounding of F' F, and
  /// the other members must not be called.
  bool is_valid() const { return G_->status() == Status::converged; }

  /// Z = P^-1 R.  R, Z: n x t.
  void solve(const Mat<double>& R, Mat<double>& Z) const;

  /// log det P = log det G + (n - k) log lambda.
  double log_determinant() const;

  const Mat<T>& factor() const { return F_; }
  double lambda() const { return lambda_; }

  /// Bytes for an F of n x k, without what solve needs for its vectors.
  static std::size_t bytes_for(index_t n, index_t k);

 private:
  index_t strips() const;
  Range strip(index_t s) const;

  Mat<T> F_;
  double lambda_;
  int threads_;
  std::unique_ptr<CholeskyFactor<double>> G_;
};

}  // namespace mercer
