// The passes over all variables that sequential minimal optimisation is made of.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

/// Arrays of variables are filled up to a multiple of this, with variables that cannot move.
inline constexpr index_t smo_padding = 16;

inline index_t smo_padded(index_t count) {
  return (count + smo_padding - 1) / smo_padding * smo_padding;
}

/// m = max F + up at its first place, and M = min F + down.
struct SmoExtremes {
  double up = 0;  // m
  index_t first = 0;
  double down = 0;  // M
};

/// F -= step (K_i - K_j), then the extremes. All arrays hold count values, a multiple of
/// smo_padding.
SmoExtremes update_and_scan(double* F, const double* up, const double* down, const float* K_i,
                            const float* K_j, double step, index_t count);

/// The extremes as F is.
SmoExtremes scan_extremes(const double* F, const double* up, const double* down, index_t count);

/// The first argmax of (m - F_j - down_j)^2 / a_j over those with m > F_j + down_j, where
/// a_j = K_ii + K_jj - 2 K_ij, or least_curvature if that is not positive. count if there is none.
index_t scan_second(const double* F, const double* down, const float* K_i, const double* diagonal,
                    double m, double K_ii, index_t count);

/// What stands in for a curvature that is not positive.
inline constexpr double least_curvature = 1e-12;

/// F -= sum_c delta_c columns_c, over rows values of each column, a multiple of smo_padding.
void subtract_columns(double* F, index_t rows, const float* const* columns, const double* delta,
                      index_t count);

}  // namespace mercer
