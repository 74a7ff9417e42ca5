// A separable filter of planes, both axes in one pass over the memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "mercer/core/types.hpp"
#include "mercer/image/boundary.hpp"

namespace mercer {

/// Planes of rows x cols, one after the other, columns contiguous.
struct PlaneShape {
  index_t rows, cols, planes;
};

/// The weights of the correlations along each axis, of places -r, ..., r, and what lies beyond.
struct SeparableFilter {
  const Col<double>& down;    // along a column: axis 0
  const Col<double>& across;  // from column to column: axis 1
  Boundary boundary;
  double constant;  // for Boundary::constant
};

/// out(i, j) = sum_k across(k) sum_l down(l) in(i + l, j + k), without the offsets of r.
///
/// A task takes a block of rows through a range of columns: eight columns at a time are filtered
/// along axis 0 into a ring of columns that stays in the level-2 cache, and from the ring eight
/// columns are filtered along axis 1. Integers are rounded to nearest and kept in their range.
/// in and out must not overlap. The same bits for any number of threads.
/// Throws NonFiniteError in the name of where, with row and column in the plane.
template <class In, class Out>
void filter_planes(const char* where, const In* in, PlaneShape shape, const SeparableFilter& filter,
                   int threads, Out* out);

/// Bytes that a thread works in, for weights of those numbers and values of value bytes.
std::size_t separable_bytes(index_t rows, index_t down, index_t across, std::size_t value);

}  // namespace mercer
