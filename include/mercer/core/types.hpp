// The index and matrix types of the library.
#pragma once

#include <armadillo>

namespace mercer {

using index_t = arma::uword;

template <class T>
using Mat = arma::Mat<T>;

template <class T>
using Col = arma::Col<T>;

template <class T>
using SpMat = arma::SpMat<T>;

/// The half-open interval [begin, end) of indices.
struct Range {
  index_t begin = 0;
  index_t end = 0;
  index_t size() const { return end - begin; }
  bool operator==(const Range&) const = default;
};

/// One column per point from one row per point: the only transpose of the library (X is d x n).
template <class T>
Mat<T> from_rows(const Mat<T>& rows) {
  return rows.t();
}

}  // namespace mercer
