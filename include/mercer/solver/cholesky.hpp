// Cholesky factorisation of a dense matrix, the same bits for any number of threads.
#pragma once

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

struct CholeskyOptions {
  int threads = 0;                 // 0: omp_get_max_threads()
  ProgressCallback progress = {};  // after each block of columns; the criterion is the columns left
};

/// A = L L' for a symmetric positive definite A.
///
/// Right-looking by tiles of 256 x 256:
///     for k:  L_kk = chol(A_kk)
///             L_ik = A_ik L_kk^-T        for i > k
///             A_ij = A_ij - L_ik L_jk'   for i >= j > k
/// Each tile receives its updates in the order of k from serial BLAS calls, so that the bits do not
/// depend on the threads. n^3 / 3 flops; in place.
template <class T>
class CholeskyFactor {
 public:
  /// Consumes A (n x n, only its lower half is read); its memory becomes L.
  /// NaN or infinite pivots count as not positive. Throws std::invalid_argument if A is not square.
  explicit CholeskyFactor(Mat<T>&& A, const CholeskyOptions& options = {});

  /// converged, not_positive_definite or stopped; the other members need converged.
  Status status() const { return status_; }

  /// The order, from 1, of the first leading minor that is not positive; 0 if there is none.
  index_t failed_minor() const { return failed_minor_; }

  /// B <- A^-1 B.  B: n x t.
  void solve(Mat<T>& B) const;

  /// The diagonal of A^-1: sums of squares of the columns of L^-1, n^3 / 3 flops, O(n) memory per
  /// thread and 256 columns.
  Col<T> inverse_diagonal() const;

 private:
  Mat<T> L_;
  int threads_;
  Status status_ = Status::converged;
  index_t failed_minor_ = 0;
};

}  // namespace mercer
