// Columns of statistics, finished: distances from dot products, floats from doubles.
#pragma once

#include "mercer/tile/tile.hpp"

namespace mercer {

/// When ||x||^2 + ||y||^2 - 2 <x, y> has lost too much: its value is kept if it exceeds
/// kept (||x||^2 + ||y||^2) + floor.
struct Cancellation {
  double kept;
  double floor;  // above the range where squares of single coordinates are subnormal
};

/// out(i, j) = x_norms[i] + y_norms[j] - 2 out(i, j) where that is accurate, NaN elsewhere. True if
/// all entries are accurate.
bool expand_distances(Tile<double> out, const double* x_norms, const double* y_norms,
                      Cancellation limit);

/// to[i] = from[i], rounded.
void narrow(const double* from, float* to, index_t count);

}  // namespace mercer
