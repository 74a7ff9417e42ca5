// The inner loop of sparse dot products: one sparse point against 16 others at a time.
#pragma once

#include "mercer/tile/points.hpp"

namespace mercer {

/// out[j] = sum over the stored features k of x of x_k panel[16 * slot[k] + j], j < 16, in double
/// and in the order of k: slot 0 holds zeros, for features that none of the 16 points has.
template <class T>
void sparse_dots(SparsePoint<T> x, const std::uint32_t* slot, const double* panel, double* out);

}  // namespace mercer
