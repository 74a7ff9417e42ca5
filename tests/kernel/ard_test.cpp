#include "mercer/kernel/ard.hpp"

#include <string>
#include <vector>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/testing/kernel_contract.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("ard weights the features", "[kernel]", float, double) {
  using T = TestType;
  const std::vector<double> weights = {0.5, 2, 1.25};
  const Mat<T> X = random_points<T>(3, 40, 1);
  const Mat<T> Y = random_points<T>(3, 30, 2);
  const auto weighted = [](const Mat<T>& P) {
    return Mat<T>(arma::diagmat(Col<T>{T(0.5), T(2), T(1.25)}) * P);
  };
  const Ard kernel(weights, Rbf(0.3));
  REQUIRE(identical<T>(gram(kernel, X), gram(Rbf(0.3), weighted(X))));
  REQUIRE(identical<T>(gram(kernel, X, Y), gram(Rbf(0.3), weighted(X), weighted(Y))));
  for (const std::string& violation :
       check_kernel_contract<T>(kernel + Linear(), {.dim = 3, .any_dim = false})) {
    FAIL_CHECK(violation);
  }
}

TEST_CASE("ard refuses bad weights and points", "[kernel]") {
  REQUIRE_THROWS_WITH(Ard({}, Linear()), "Ard: weights must not be empty");
  REQUIRE_THROWS_WITH(Ard({1, 0}, Linear()), "Ard: weights[1] must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(gram<double>(Ard({1, 2}, Linear()), arma::mat(3, 2)),
                      Catch::Contains("must have 2 rows (one per weight), has 3"));
}
