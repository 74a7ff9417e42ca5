// A plane filtered by recursions along one of its axes.
#pragma once

#include <cstddef>

#include "image/exponential_sum.hpp"
#include "mercer/core/types.hpp"
#include "mercer/image/boundary.hpp"

namespace mercer {

/// Filters planes of rows x cols, one after the other: along the columns (axis 0) or from column to
/// column (axis 1). Eight lines at a time in double, each from the exact state that the boundary
/// gives it, so that the cost does not grow with sigma. Integers are rounded. out may be in. The
/// same bits for any number of threads. Throws NonFiniteError, with row and column.
template <class In, class Out>
void filter_recursively(const char* where, const In* in, index_t rows, index_t cols, index_t planes,
                        int axis, const ExponentialSum& sum, Boundary boundary, double constant,
                        int threads, Out* out);

/// Bytes that a thread works in, for lines of n values.
std::size_t recursive_bytes(index_t n);

}  // namespace mercer
