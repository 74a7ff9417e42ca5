// The orthogonal matrix of a band reduction, from the reflectors that its panels left.
#pragma once

#include "mercer/core/function_ref.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// Panels of b columns from the first on: the one at column c has rows from c + b on. V stands
/// there in A (unit lower trapezoid; the ones and what is above are not read), T in the columns c..
/// of triangles (b x n). Q is the product of all I - V T V' in the order of the panels.
template <class T>
struct Reflectors {
  const Mat<T>& A;
  const Mat<T>& triangles;
  index_t bandwidth;
  int threads;

  index_t panels() const;  // that have reflectors: those with two rows or more
};

/// B <- Q' B (transposed) or Q B.  B: n x t. 4 n^2 t flops.
template <class T>
void apply_reflectors(const Reflectors<T>& Q, bool transposed, Mat<T>& B);

/// Q in the memory of A; 4/3 n^3 flops. poll is told how many columns are left before each group of
/// panels; it may throw, which leaves A undefined.
template <class T>
void form_basis(Mat<T>& A, const Mat<T>& triangles, index_t bandwidth, int threads,
                FunctionRef<void(index_t left)> poll);

}  // namespace mercer
