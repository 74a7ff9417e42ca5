// Points and comparisons for tests.
#pragma once

#include <cstdint>

#include "mercer/core/random.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// d x n standard normal values; each stream has its own.
template <class T>
Mat<T> random_points(index_t d, index_t n, std::uint64_t stream) {
  Random random(3, stream);
  Mat<T> X(d, n);
  for (T& v : X) v = static_cast<T>(random.normal());
  return X;
}

/// Equal shapes and values; no NaN.
template <class T>
bool identical(const Mat<T>& A, const Mat<T>& B) {
  return arma::size(A) == arma::size(B) && arma::all(arma::vectorise(A == B));
}

}  // namespace mercer
