// The LIBSVM reader behind load_libsvm, for bytes from any source.
#pragma once

#include "core/byte_source.hpp"
#include "mercer/data/load_libsvm.hpp"

namespace mercer::detail {

/// load_libsvm of the source's bytes.
template <class T>
Dataset<T> read_libsvm(const ByteSource& source, const LibsvmOptions& options);

}  // namespace mercer::detail
