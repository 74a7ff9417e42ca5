// The contract on every instruction set, with and without distances made of dot products.
#include <string>
#include <vector>

#include "mercer/kernel/chi_squared.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/laplacian.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/testing/kernel_contract.hpp"
#include "support/catch.hpp"
#include "support/simd_targets.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("kernels obey the contract on every instruction set", "[kernel]", float,
                   double) {
  for_each_simd_target([](const std::string& target) {
    // Distances by differences, sums in double.
    const auto check = [&](index_t dim, const Kernel& kernel, bool non_negative = false) {
      for (const std::string& violation : check_kernel_contract<TestType>(
               kernel, {.dim = dim, .any_dim = false, .non_negative = non_negative})) {
        FAIL_CHECK(target << ": " << violation);
      }
    };
    const auto sum = [](double gamma) {
      return 0.5 * Rbf(gamma) * Matern32(2) + Linear() * Rbf(2 * gamma);
    };
    check(5, Rbf(0.06));
    check(5, Polynomial(3, 0.06, 1));
    check(5, ChiSquared(0.06), true);
    check(5, sum(0.06));
    // Distances by dot products, sums in the precision of the points.
    check(70, Rbf(0.004));
    check(70, Matern52(8));
    check(70, Linear());
    check(70, Laplacian(0.004));
    check(70, ChiSquared(0.004), true);
    check(70, sum(0.004));
  });
}
