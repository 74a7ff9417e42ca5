#include "mercer/core/build_info.hpp"

#include <armadillo>
#include <string>

#include "support/catch.hpp"

using namespace mercer;

TEST_CASE("the library tells what it was built with", "[build_info]") {
  CAPTURE(simd_target(), blas_name(), lapack_version(), compiler_name());
  CHECK(simd_target().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
        std::string::npos);
  CHECK_FALSE(simd_target().empty());
  CHECK_FALSE(blas_name().empty());
  CHECK(lapack_version().starts_with("3."));
  CHECK(armadillo_version().starts_with(std::to_string(ARMA_VERSION_MAJOR) + "."));
  CHECK(compiler_name().find(' ') != std::string::npos);
}
