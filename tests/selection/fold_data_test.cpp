// Kernel values that several kernels share the work of.
#include "selection/fold_data.hpp"

#include <limits>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/matern.hpp"
#include "mercer/kernel/polynomial.hpp"
#include "mercer/kernel/rbf.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("kernels computed together have the bits that they have alone", "[selection]",
                   float, double) {
  using T = TestType;
  const index_t d = GENERATE(3, 70);  // distances from differences, and from dot products
  const Mat<T> X = test::normal_matrix<T>(d, 301, 1);
  const Rbf wide(0.01), narrow(0.2);
  const Matern52 matern(3);
  const Polynomial polynomial(2, 0.1, 1);
  const std::vector<const Kernel*> kernels = {&wide, &narrow, &matern, &polynomial};
  for (const int threads : {1, 3}) {
    const auto values = shared_values(kernels, X, {.threads = threads});
    REQUIRE(values.size() == kernels.size());
    for (index_t k = 0; k < kernels.size(); ++k) {
      CAPTURE(k, threads);
      CHECK(test::same_bits(*values[k], gram(*kernels[k], X)));
    }
  }
}

TEST_CASE("a kernel that is not finite leaves the others their values", "[selection]") {
  const Mat<double> X = test::normal_matrix<double>(2, 40, 1);
  const Rbf rbf(1);
  const auto broken = make_kernel<Statistic::dot>(
      "broken", [](auto s) { return s < -0.5 ? s * std::numeric_limits<double>::quiet_NaN() : s; });
  const auto values = shared_values<double>({&broken, &rbf}, X, {});
  CHECK(values[0] == nullptr);
  REQUIRE(values[1] != nullptr);
  CHECK(test::same_bits(*values[1], gram(rbf, X)));
}
