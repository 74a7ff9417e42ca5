// The sparse text format of LIBSVM and SVMlight.
#pragma once

#include <cstddef>
#include <string>

#include "mercer/data/dataset.hpp"

namespace mercer {

struct LibsvmOptions {
  index_t dimension = 0;  // d; 0: the largest index in the file. A test file needs its training's d
  std::size_t memory_budget = std::size_t{4} << 30;  // bytes of a dense X: a mistyped index asks
                                                     // for terabytes, 4 GiB hold 10^6 x 512 doubles
  int threads = 0;                                   // 0: all
};

/// Reads lines "label index:value index:value ...", one point each, indices ascending from 1;
/// features that are not there are 0. X is d x n, y holds the labels.
///
/// What follows # is a comment; lines without content are skipped; CRLF and a UTF-8 byte order mark
/// are accepted. The path "-" is the standard input, "<stdin>" in messages. The file is read twice,
/// so that the memory holds the result and half a megabyte of the file for each thread; a pipe it
/// holds whole. Throws ParseError "path:line: reason" of the first line that has an error: a file
/// that is missing, a directory, empty, binary or without features; an index that is 0, not above
/// the one before, over dimension or over 2^31 - 1; a missing colon or value; a label or value that
/// is no number, NaN, infinite or out of the range of T; a qid. Throws BudgetError if the dense X
/// would take more than memory_budget.
template <class T>
Dataset<T> load_libsvm(const std::string& path, const LibsvmOptions& options = {});

/// The same as a sparse matrix: values that are 0 are not stored, memory_budget is not used.
template <class T>
SparseDataset<T> load_libsvm_sparse(const std::string& path, const LibsvmOptions& options = {});

}  // namespace mercer
