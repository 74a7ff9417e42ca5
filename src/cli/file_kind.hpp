// What kind of file a file is, by its first bytes.
#pragma once

#include <string>

namespace mercer::cli {

enum class FileKind {
  model,         // of save_model
  libsvm_model,  // of svm-train
  image,         // PNG, PGM or PPM
  array,         // NumPy's .npy
  hdf5,
  table  // any other: text with a row of numbers a line
};

/// Throws ParseError if the file cannot be read.
FileKind file_kind(const std::string& path);

}  // namespace mercer::cli
