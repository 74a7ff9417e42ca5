// A symmetric matrix brought to a band, so that each shift of its diagonal costs little more.
#pragma once

#include <cstddef>
#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/solver/band_factor.hpp"
#include "mercer/tile/symmetric_tiles.hpp"

namespace mercer {

struct BandReductionOptions {
  bool form_basis = true;  // Q as a matrix, for inverse diagonals and blocks: another 4/3 n^3 flops
  index_t bandwidth = 24;  // half-bandwidth b of B, see below; at least 1
  int threads = 0;         // 0: omp_get_max_threads()
  ProgressCallback progress = {};  // after each panel; the criterion is the columns left
};

/// A = Q B Q' for a symmetric A: Q orthogonal, B banded. So for every shift
///     (A + shift I)^-1 = Q (B + shift I)^-1 Q',
/// where the band has a Cholesky factor L for n b^2 flops, and
///     diag (A + shift I)^-1 = the squared norms of the columns of L^-1 Q',   2 n^2 b flops.
///
/// Householder's reduction by panels of b columns (the first stage of Bischof, Lang & Sun 2000):
///     for each panel:  QR of what stands below the band: (I - V T V') R
///                      Z = A V T,  W = Z - 1/2 V (T' V' Z)
///                      A = A - V W' - W V'   for the trailing rows and columns
/// The update of a tile and its product with the next V are made in one pass over the tile. 4/3 n^3
/// flops, in the memory of A, where Q is formed as well. The same bits for any number of threads:
/// tiles and orders of summation depend on n only, and BLAS is serial in them.
///
/// A wide band makes the reduction faster, the shifts slower. Measured at n = 5000 on 2 cores:
///     b                                      16     24     32     48     64
///     reduction with basis, seconds         3.85   3.28   3.32   3.22   3.11
///     inverse diagonals of 50 shifts        0.49   0.70   1.08   1.67   2.37
template <class T>
class BandReduction {
 public:
  /// Consumes A (n x n, only its lower half is read). Throws std::invalid_argument if A is not
  /// square.
  explicit BandReduction(Mat<T>&& A, const BandReductionOptions& options = {});

  /// The bytes that a reduction of n x n takes at its peak, A included.
  static std::size_t bytes(index_t n, const BandReductionOptions& options = {});

  /// converged, stopped, or not_finite where A is not or a number overflowed; the other members
  /// need converged.
  Status status() const { return status_; }

  index_t size() const { return A_.n_rows; }
  index_t bandwidth() const { return options_.bandwidth; }

  /// B as BandFactor takes it: (b + 1) x n.
  const Mat<double>& band() const { return band_; }

  /// Q' Y and Q Z.  Y, Z: n x t.
  Mat<T> to_band(const Mat<T>& Y) const;
  Mat<T> from_band(const Mat<T>& Z) const;

  /// (A + shift I)^-1 Y.
  Mat<T> solve(const BandFactor& factor, const Mat<T>& Y) const;

  /// diag (A + shift I)^-1 of each factor: n x factors. One pass over Q serves all factors. Needs
  /// form_basis. poll may throw to end the work.
  Mat<T> inverse_diagonals(const std::vector<BandFactor>& factors, Poll poll = no_poll) const;

  /// [(A + shift I)^-1]_SS, |S| x |S|, of each factor in turn for some rows S: n |S|^2 flops each,
  /// in the memory of 2 n |S| values. Needs form_basis. poll and take may throw to end the work.
  void inverse_blocks(const std::vector<BandFactor>& factors, const arma::uvec& rows,
                      FunctionRef<void(index_t factor, SymmetricTiles<T>&& block)> take,
                      Poll poll = no_poll) const;

 private:
  void reduce();
  void require(const char* where, bool basis) const;

  Mat<T> A_;          // Q; or V below the band, as the panels left it
  Mat<T> triangles_;  // b x n: the T of each panel
  Mat<double> band_;
  BandReductionOptions options_;
  Status status_ = Status::converged;
};

}  // namespace mercer
