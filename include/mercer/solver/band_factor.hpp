// Cholesky factorisation of a shifted band matrix.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

/// B + shift I = L L' for a symmetric B of half-bandwidth b, in double: n b^2 flops.
///
/// A band is stored by columns: band(k, j) = B(j + k, j), k = 0..b; what would stand below the last
/// row of B is not read.
class BandFactor {
 public:
  /// band: (b + 1) x n. Throws std::invalid_argument if band has no row or shift is not finite.
  BandFactor(const Mat<double>& band, double shift);

  /// The order, from 1, of the first leading minor that is not positive; 0 if there is none. The
  /// other members need 0.
  index_t failed_minor() const { return failed_minor_; }

  double shift() const { return shift_; }

  /// L by columns: (b + 1) x n.
  const Mat<double>& factor() const { return L_; }

  /// Z <- (B + shift I)^-1 Z.  Z: n x t.
  void solve(Mat<double>& Z) const;

  /// log det (B + shift I).
  double log_determinant() const;

  /// tr (B + shift I)^-1, from the band of the inverse (Takahashi, Fagan & Chen 1973): 2 n b^2
  /// flops.
  double inverse_trace() const;

 private:
  void require_factor(const char* where) const;

  Mat<double> L_;
  double shift_;
  index_t failed_minor_ = 0;
};

}  // namespace mercer
