// Cholesky factorisation of a symmetric matrix, the same bits for any number of threads.
#pragma once

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/tile/symmetric_tiles.hpp"

namespace mercer {

struct CholeskyOptions {
  int threads = 0;                 // 0: omp_get_max_threads()
  ProgressCallback progress = {};  // after each block of columns; the criterion is the columns left
};

/// A = U' U for a symmetric positive definite A, of which one half is stored.
///
/// Right-looking, tile by tile:
///     for k:  U_kk = chol(A_kk)
///             U_kj = U_kk^-T A_kj        for j > k
///             A_ij = A_ij - U_ki' U_kj   for k < i <= j
/// Each tile receives its updates in the order of k from serial BLAS calls, so that the bits do not
/// depend on the threads. n^3 / 3 flops; in place.
template <class T>
class CholeskyFactor {
 public:
  /// Consumes A, whose memory becomes U. NaN or infinite pivots count as not positive.
  explicit CholeskyFactor(SymmetricTiles<T>&& A, const CholeskyOptions& options = {});

  /// A factor that is known: the upper half of U, with a positive diagonal.
  static CholeskyFactor from_factor(SymmetricTiles<T>&& U, const CholeskyOptions& options = {});

  /// U, of which the entries on and above the diagonal are meant.
  const SymmetricTiles<T>& factor() const { return U_; }

  /// converged, not_positive_definite or stopped; the other members need converged.
  Status status() const { return status_; }

  /// The order, from 1, of the first leading minor that is not positive; 0 if there is none.
  index_t failed_minor() const { return failed_minor_; }

  /// B <- A^-1 B.  B: n x t.
  void solve(Mat<T>& B) const;

  /// The diagonal of A^-1: sums of squares of the columns of U^-T, n^3 / 3 flops, O(n) memory per
  /// thread and 256 columns.
  Col<T> inverse_diagonal() const;

  /// B <- U^-T B: its squared columns are b' A^-1 b.  B: n x t. Each column by one thread.
  void solve_half(Mat<T>& B) const;

  /// B <- U^-1 B: after solve_half, the rest of solve.  B: n x t. Each column by one thread.
  void solve_second_half(Mat<T>& B) const;

  /// B <- U' B: normal columns become normal with covariance A.  B: n x t.
  void multiply_half(Mat<T>& B) const;

  /// A^-1, in the memory of the factor, which is no more. 2/3 n^3 flops. Between tiles poll may
  /// throw to end the work.
  SymmetricTiles<T> inverse(Poll poll = no_poll) &&;

  /// log det A.
  double log_determinant() const;

 private:
  CholeskyFactor() = default;

  SymmetricTiles<T> U_;
  int threads_ = 0;
  Status status_ = Status::converged;
  index_t failed_minor_ = 0;
};

}  // namespace mercer
