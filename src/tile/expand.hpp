// Columns of statistics, finished: distances from dot products, floats from doubles.
#pragma once

#include "mercer/tile/tile.hpp"

namespace mercer {

/// When ||x||^2 + ||y||^2 - 2 <x, y> has enough digits left: it exceeds fraction * (||x||^2 +
/// ||y||^2) + floor. The floor is where squares of single coordinates may be subnormal.
struct Kept {
  double fraction;
  double floor;
};
inline constexpr Kept kept_of_doubles{1.0 / 16, 0x1p-960};

/// out(i, j) = x_norms[i] + y_norms[j] - 2 dots(i, j) where that is kept, NaN elsewhere; out may be
/// dots. True if all entries are kept.
bool expand_distances(Tile<const double> dots, const double* x_norms, const double* y_norms,
                      Kept kept, Tile<double> out);

/// to[i] = from[i], rounded.
void narrow(const double* from, float* to, index_t count);

/// to[i] = from[i].
void widen(const float* from, double* to, index_t count);

}  // namespace mercer
