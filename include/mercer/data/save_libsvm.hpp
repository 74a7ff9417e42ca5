// Data written in the sparse text format of LIBSVM and SVMlight.
#pragma once

#include <string>

#include "mercer/data/dataset.hpp"

namespace mercer {

/// Writes lines "label index:value ...", one per point, features that are 0 left out; a data set
/// without labels gets the label 0. Numbers are the shortest decimals that load_libsvm reads back
/// to the same bits. A feature that is 0 in the last points leaves no trace: to load the file with
/// its dimension, give LibsvmOptions::dimension.
///
/// The path "-" is the standard output; a file that is there is replaced when the new one is
/// complete. Throws std::invalid_argument if X is empty or holds a NaN or an infinity, or y has
/// neither 0 nor n rows; ParseError if the file cannot be written.
template <class T>
void save_libsvm(const std::string& path, const Dataset<T>& data);
template <class T>
void save_libsvm(const std::string& path, const SparseDataset<T>& data);

}  // namespace mercer
