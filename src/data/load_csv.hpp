// The CSV reader behind load_csv, for bytes from any source.
#pragma once

#include "core/byte_source.hpp"
#include "mercer/data/load_csv.hpp"

namespace mercer::detail {

/// load_csv of the source's bytes.
template <class T>
Dataset<T> read_csv(const ByteSource& source, const CsvOptions& options);

}  // namespace mercer::detail
