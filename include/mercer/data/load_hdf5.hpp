// HDF5 files.
#pragma once

#include <string>
#include <vector>

#include "mercer/data/dataset.hpp"

namespace mercer {

/// An array in an HDF5 file.
struct Hdf5Array {
  std::string name = {};            // with its groups: "train/X"
  std::vector<index_t> shape = {};  // empty: a single value
  std::string type = {};            // "float of 8 bytes", "integer of 4 bytes", "text", "other"

  bool operator==(const Hdf5Array&) const = default;
};

/// The arrays of a file, sorted by their names; those behind links to other files are not among
/// them. Throws ParseError as load_hdf5.
std::vector<Hdf5Array> hdf5_arrays(const std::string& path);

/// Reads an array with one row per point, as h5py shows it: of shape (n, d) as d x n points, of
/// shape (n,) as n points with d = 1. Without a name, the only array of the file.
///
/// Floating point and integers of every size and byte order, chunked and compressed as the library
/// can; converted to T. Throws ParseError "path: reason": a file that is missing, a directory, of
/// another kind or damaged; no array of that name, or no name and not exactly one array; an array
/// of another type, with 0 or more than 2 dimensions, without elements, or far larger than the file
/// can hold; a value that is NaN, infinite or out of the range of T.
///
/// The HDF5 library reads the file. It has faults that a file made to attack it can use: load
/// files of this kind from sources that you trust only. (Text, .npy and images have no such limit.)
template <class T>
Mat<T> load_hdf5(const std::string& path, const std::string& name = {});

/// Reads what save_hdf5 wrote of a data set: X, and y if it is there. Throws as load_hdf5, and if
/// they differ in their number of points.
template <class T>
Dataset<T> load_hdf5_dataset(const std::string& path);

/// Writes points, d x n, as an array of shape (n, d) and this name, which may have groups. A file
/// that is there is replaced when the new one is complete. Throws std::invalid_argument if M has no
/// elements or the name is no path of names, ParseError if the file cannot be written.
template <class T>
void save_hdf5(const std::string& path, const Mat<T>& M, const std::string& name = "X");

/// Writes "X" of shape (n, d) and, if there is a target, "y" of shape (n,). Names and layout are
/// not kept.
template <class T>
void save_hdf5(const std::string& path, const Dataset<T>& data);

}  // namespace mercer
