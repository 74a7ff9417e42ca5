// NumPy's array files, .npy.
#pragma once

#include <string>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer {

/// What a file says of its array.
struct NpyArray {
  std::string type = {};            // "<f8": byte order, kind, bytes
  std::vector<index_t> shape = {};  // of 1 to 3 dimensions
  bool fortran_order = false;
};

/// The header. Throws ParseError as load_npy does, but for values.
NpyArray npy_array(const std::string& path);

/// Reads the array as NumPy shows it: a.shape == (n, d) gives n rows and d columns, (n,) one
/// column. The path "-" is the standard input.
///
/// Formats 1.0, 2.0 and 3.0; C and Fortran order; both byte orders; floating point of 4 and 8
/// bytes, integers with and without sign of 1 to 8 bytes and bool, converted to T (integers are
/// rounded if T has fewer digits). Throws ParseError "path: reason": a file that is missing, a
/// directory, of another kind, truncated or too long; an array of another type, with 0 or more than
/// 2 dimensions, or without elements; a value that is NaN, infinite or out of the range of T.
template <class T>
Mat<T> load_npy(const std::string& path);

/// Reads an array with one row per point, a.shape == (n, d), as points: d x n. In C order, NumPy's
/// default, the file's bytes are the matrix already. An array of shape (n,) is n points with d = 1.
/// Throws as load_npy.
template <class T>
Mat<T> load_npy_points(const std::string& path);

/// Writes M so that NumPy and load_npy show it as it is: M.n_rows x M.n_cols, in Fortran order,
/// format 1.0, this machine's byte order. The path "-" is the standard output; a file that is there
/// is replaced when the new one is complete. Throws std::invalid_argument if M has no elements,
/// ParseError if the file cannot be written.
template <class T>
void save_npy(const std::string& path, const Mat<T>& M);

}  // namespace mercer
