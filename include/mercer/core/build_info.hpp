// What the library was built with, and what it uses on this machine.
#pragma once

#include <string>

namespace mercer {

/// The instruction set that the inner loops run with here, in the words of Highway: "AVX3", "NEON".
std::string simd_target();

/// "OpenBLAS 0.3.21 ... Haswell MAX_THREADS=64"; "unknown" where the BLAS has no name to tell.
std::string blas_name();

/// The version of LAPACK's interface: "3.9.0".
std::string lapack_version();

/// Of Armadillo's headers: "11.4.2 (Ship of Theseus)".
std::string armadillo_version();

/// "GCC 12.2.0", "Clang 14.0.6".
std::string compiler_name();

}  // namespace mercer
