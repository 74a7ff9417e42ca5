// A data set from a file of any of the formats.
#pragma once

#include <optional>
#include <string>

#include "mercer/data/load_csv.hpp"
#include "mercer/data/load_libsvm.hpp"

namespace mercer {

enum class DataFormat { csv, libsvm, npy, hdf5 };

/// The format that the file's suffix names: .csv and .tsv, .libsvm and .svm, .npy, .h5 and .hdf5,
/// in small or large letters. Without one of these its content tells: the first bytes of .npy and
/// HDF5 files; a first line "label index:value ..."; else CSV. Throws ParseError if the file must
/// be read and cannot be.
DataFormat data_format(const std::string& path);

struct DatasetOptions {
  std::optional<DataFormat> format = {};  // none: data_format
  CsvOptions csv = {};                    // target_column is for .npy and HDF5 files as well
  LibsvmOptions libsvm = {};
  std::string hdf5_name = {};  // of the array; empty: "X" and "y" if there is an "X", else the only
};

/// load_csv, load_libsvm, load_npy_points or load_hdf5, by the format. The path "-", the standard
/// input, may be of any format but HDF5.
///
/// Throws as they do, and ParseError if a file without column names is to have a target of some
/// name, or columns of categories; or a LIBSVM file, which has its labels, another target.
template <class T>
Dataset<T> load_dataset(const std::string& path, const DatasetOptions& options = {});

}  // namespace mercer
