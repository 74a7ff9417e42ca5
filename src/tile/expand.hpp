// Columns of statistics, finished: distances from dot products, floats from doubles.
#pragma once

#include "mercer/tile/tile.hpp"

namespace mercer {

/// ||x||^2 + ||y||^2 - 2 <x, y> is kept if it exceeds this fraction of ||x||^2 + ||y||^2; below, it
/// has lost too much.
inline constexpr double kept_fraction = 1.0 / 16;

/// out(i, j) = x_norms[i] + y_norms[j] - 2 dots(i, j) where that is accurate, NaN elsewhere; out
/// may be dots. True if all entries are accurate.
bool expand_distances(Tile<const double> dots, const double* x_norms, const double* y_norms,
                      Tile<double> out);

/// to[i] = from[i], rounded.
void narrow(const double* from, float* to, index_t count);

}  // namespace mercer
