// The BLAS and LAPACK routines that the library calls, typed. Column-major, as they are. This
// header stays free of Armadillo, whose own declarations of the same Fortran symbols differ.
#pragma once

#include <cstddef>

namespace mercer::blas {

/// C <- alpha op(A) op(B) + beta C;  op: 'N' or 'T'; C is m x n, the inner dimension k.
template <class T>
void gemm(char op_a, char op_b, std::size_t m, std::size_t n, std::size_t k, T alpha, const T* A,
          std::size_t lda, const T* B, std::size_t ldb, T beta, T* C, std::size_t ldc);

/// Upper half of C <- alpha A' A + beta C;  A is k x n.
template <class T>
void syrk_upper(std::size_t n, std::size_t k, T alpha, const T* A, std::size_t lda, T beta, T* C,
                std::size_t ldc);

/// Upper half of C <- alpha A A' + beta C;  A is n x k.
template <class T>
void syrk_upper_rows(std::size_t n, std::size_t k, T alpha, const T* A, std::size_t lda, T beta,
                     T* C, std::size_t ldc);

/// B <- op(L)^-1 B (side 'L') or B op(L)^-1 (side 'R');  L lower triangular, B is m x n.
template <class T>
void trsm_lower(char side, char op, std::size_t m, std::size_t n, const T* L, std::size_t ldl, T* B,
                std::size_t ldb);

/// The same with U upper triangular.
template <class T>
void trsm_upper(char side, char op, std::size_t m, std::size_t n, const T* U, std::size_t ldu, T* B,
                std::size_t ldb);

/// B <- op(U) B (side 'L') or B op(U) (side 'R');  U upper triangular, B is m x n.
template <class T>
void trmm_upper(char side, char op, std::size_t m, std::size_t n, const T* U, std::size_t ldu, T* B,
                std::size_t ldb);

/// U <- U^-1 for an upper triangular U without zeros on its diagonal.
template <class T>
void invert_upper(std::size_t n, T* U, std::size_t ldu);

/// Upper half of U <- U U' for an upper triangular U.
template <class T>
void square_upper(std::size_t n, T* U, std::size_t ldu);

/// Upper Cholesky factor, A = U' U, in place. 0, or the order (from 1) of the first minor that is
/// not positive.
template <class T>
std::size_t potrf_upper(std::size_t n, T* A, std::size_t lda);

/// A = (I - V T V') R, Householder's way (Elmroth & Gustavson 1998): R in the upper triangle of A,
/// V below it without its diagonal of ones; A is m x n with m >= n. T, upper triangular, n x n;
/// what stands below its diagonal is left as it is.
template <class T>
void geqrt3(std::size_t m, std::size_t n, T* A, std::size_t lda, T* triangle, std::size_t ldt);

}  // namespace mercer::blas
