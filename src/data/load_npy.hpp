// The .npy reader behind load_npy_points, for bytes from any source.
#pragma once

#include "core/byte_source.hpp"
#include "mercer/core/types.hpp"

namespace mercer::detail {

/// load_npy_points of the source's bytes, all of which it takes into memory.
template <class T>
Mat<T> read_npy_points(const ByteSource& source);

}  // namespace mercer::detail
