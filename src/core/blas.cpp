#include "core/blas.hpp"

#include <limits>
#include <stdexcept>
#include <string>

namespace {

using fint = int;          // BLAS integers: the LP64 interface
using flen = std::size_t;  // gfortran passes the lengths of characters behind the arguments

fint narrow(std::size_t value) {
  if (value > static_cast<std::size_t>(std::numeric_limits<fint>::max())) {
    throw std::length_error("a matrix dimension exceeds BLAS's 32-bit integers: " +
                            std::to_string(value));
  }
  return static_cast<fint>(value);
}

}  // namespace

#define MERCER_BLAS(T, letter)                                                                     \
  extern "C" {                                                                                     \
  void letter##gemm_(const char*, const char*, const fint*, const fint*, const fint*, const T*,    \
                     const T*, const fint*, const T*, const fint*, const T*, T*, const fint*,      \
                     flen, flen);                                                                  \
  void letter##syrk_(const char*, const char*, const fint*, const fint*, const T*, const T*,       \
                     const fint*, const T*, T*, const fint*, flen, flen);                          \
  void letter##trsm_(const char*, const char*, const char*, const char*, const fint*, const fint*, \
                     const T*, const T*, const fint*, T*, const fint*, flen, flen, flen, flen);    \
  void letter##trmm_(const char*, const char*, const char*, const char*, const fint*, const fint*, \
                     const T*, const T*, const fint*, T*, const fint*, flen, flen, flen, flen);    \
  void letter##potrf_(const char*, const fint*, T*, const fint*, fint*, flen);                     \
  void letter##geqrt3_(const fint*, const fint*, T*, const fint*, T*, const fint*, fint*);         \
  void letter##trtri_(const char*, const char*, const fint*, T*, const fint*, fint*, flen, flen);  \
  void letter##lauum_(const char*, const fint*, T*, const fint*, fint*, flen);                     \
  }                                                                                                \
  namespace mercer::blas {                                                                         \
  template <>                                                                                      \
  void gemm(char op_a, char op_b, std::size_t m, std::size_t n, std::size_t k, T alpha,            \
            const T* A, std::size_t lda, const T* B, std::size_t ldb, T beta, T* C,                \
            std::size_t ldc) {                                                                     \
    const fint m_ = narrow(m), n_ = narrow(n), k_ = narrow(k);                                     \
    const fint lda_ = narrow(lda), ldb_ = narrow(ldb), ldc_ = narrow(ldc);                         \
    letter##gemm_(&op_a, &op_b, &m_, &n_, &k_, &alpha, A, &lda_, B, &ldb_, &beta, C, &ldc_, 1, 1); \
  }                                                                                                \
  template <>                                                                                      \
  void syrk_upper(std::size_t n, std::size_t k, T alpha, const T* A, std::size_t lda, T beta,      \
                  T* C, std::size_t ldc) {                                                         \
    const fint n_ = narrow(n), k_ = narrow(k), lda_ = narrow(lda), ldc_ = narrow(ldc);             \
    letter##syrk_("U", "T", &n_, &k_, &alpha, A, &lda_, &beta, C, &ldc_, 1, 1);                    \
  }                                                                                                \
  template <>                                                                                      \
  void syrk_upper_rows(std::size_t n, std::size_t k, T alpha, const T* A, std::size_t lda, T beta, \
                       T* C, std::size_t ldc) {                                                    \
    const fint n_ = narrow(n), k_ = narrow(k), lda_ = narrow(lda), ldc_ = narrow(ldc);             \
    letter##syrk_("U", "N", &n_, &k_, &alpha, A, &lda_, &beta, C, &ldc_, 1, 1);                    \
  }                                                                                                \
  template <>                                                                                      \
  void trsm_lower(char side, char op, std::size_t m, std::size_t n, const T* L, std::size_t ldl,   \
                  T* B, std::size_t ldb) {                                                         \
    const fint m_ = narrow(m), n_ = narrow(n), ldl_ = narrow(ldl), ldb_ = narrow(ldb);             \
    const T one = 1;                                                                               \
    letter##trsm_(&side, "L", &op, "N", &m_, &n_, &one, L, &ldl_, B, &ldb_, 1, 1, 1, 1);           \
  }                                                                                                \
  template <>                                                                                      \
  void trsm_upper(char side, char op, std::size_t m, std::size_t n, const T* U, std::size_t ldu,   \
                  T* B, std::size_t ldb) {                                                         \
    const fint m_ = narrow(m), n_ = narrow(n), ldu_ = narrow(ldu), ldb_ = narrow(ldb);             \
    const T one = 1;                                                                               \
    letter##trsm_(&side, "U", &op, "N", &m_, &n_, &one, U, &ldu_, B, &ldb_, 1, 1, 1, 1);           \
  }                                                                                                \
  template <>                                                                                      \
  void trmm_upper(char side, char op, std::size_t m, std::size_t n, const T* U, std::size_t ldu,   \
                  T* B, std::size_t ldb) {                                                         \
    const fint m_ = narrow(m), n_ = narrow(n), ldu_ = narrow(ldu), ldb_ = narrow(ldb);             \
    const T one = 1;                                                                               \
    letter##trmm_(&side, "U", &op, "N", &m_, &n_, &one, U, &ldu_, B, &ldb_, 1, 1, 1, 1);           \
  }                                                                                                \
  template <>                                                                                      \
  void invert_upper(std::size_t n, T* U, std::size_t ldu) {                                        \
    const fint n_ = narrow(n), ldu_ = narrow(ldu);                                                 \
    fint info = 0;                                                                                 \
    letter##trtri_("U", "N", &n_, U, &ldu_, &info, 1, 1);                                          \
  }                                                                                                \
  template <>                                                                                      \
  void square_upper(std::size_t n, T* U, std::size_t ldu) {                                        \
    const fint n_ = narrow(n), ldu_ = narrow(ldu);                                                 \
    fint info = 0;                                                                                 \
    letter##lauum_("U", &n_, U, &ldu_, &info, 1);                                                  \
  }                                                                                                \
  template <>                                                                                      \
  std::size_t potrf_upper(std::size_t n, T* A, std::size_t lda) {                                  \
    const fint n_ = narrow(n), lda_ = narrow(lda);                                                 \
    fint info = 0;                                                                                 \
    letter##potrf_("U", &n_, A, &lda_, &info, 1);                                                  \
    return static_cast<std::size_t>(info);                                                         \
  }                                                                                                \
  template <>                                                                                      \
  void geqrt3(std::size_t m, std::size_t n, T* A, std::size_t lda, T* triangle, std::size_t ldt) { \
    const fint m_ = narrow(m), n_ = narrow(n), lda_ = narrow(lda), ldt_ = narrow(ldt);             \
    fint info = 0;                                                                                 \
    letter##geqrt3_(&m_, &n_, A, &lda_, triangle, &ldt_, &info);                                   \
  }                                                                                                \
  }
MERCER_BLAS(double, d)
MERCER_BLAS(float, s)
#undef MERCER_BLAS
