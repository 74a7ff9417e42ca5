#include "mercer/core/build_info.hpp"

#include <armadillo>
#include <cstdint>

#include "core/simd_targets.hpp"
// simd_targets.hpp comes first: it says which targets there are.
#include <hwy/highway.h>

extern "C" {
void ilaver_(int* major, int* minor, int* patch);
#if defined(__GNUC__)
// Of OpenBLAS only; null with another BLAS.
__attribute__((weak)) char* openblas_get_config(void);
#endif
}

namespace mercer {

std::string simd_target() {
  const std::int64_t usable = hwy::SupportedTargets() & HWY_TARGETS;
  return hwy::TargetName(usable & -usable);  // the lowest bit is the best of them
}

std::string blas_name() {
#if defined(__GNUC__)
  if (openblas_get_config != nullptr) {
    std::string name = openblas_get_config();
    while (name.ends_with(' ')) name.pop_back();
    return name;
  }
#endif
  return "unknown";
}

std::string lapack_version() {
  int major = 0, minor = 0, patch = 0;
  ilaver_(&major, &minor, &patch);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

std::string armadillo_version() { return arma::arma_version::as_string(); }

std::string compiler_name() {
#if defined(__clang__)
  return std::string("Clang ") + __clang_version__;
#elif defined(__GNUC__)
  return std::string("GCC ") + __VERSION__;
#else
  return "unknown";
#endif
}

}  // namespace mercer
