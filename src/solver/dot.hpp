// A product of two vectors whose bits depend on no threads, which those of BLAS may.
#pragma once

#include "mercer/core/types.hpp"

namespace mercer {

/// sum_i a_i b_i: four sums side by side, in a fixed order, and no sum waits for the one before.
inline double dot(const double* a, const double* b, index_t n) {
  double sums[4] = {};
  index_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (index_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < n; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace mercer
