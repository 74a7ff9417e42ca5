#include "mercer/kernel/subset.hpp"

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

TEMPLATE_TEST_CASE("subset selects the features, in its order", "[kernel]", float, double) {
  using T = TestType;
  const Mat<T> X = random_points<T>(4, 40, 1);
  const Mat<T> Y = random_points<T>(4, 30, 2);
  const arma::uvec rows = {3, 1};
  const Subset kernel({3, 1}, Rbf(0.3));
  REQUIRE(identical<T>(gram(kernel, X), gram(Rbf(0.3), Mat<T>(X.rows(rows)))));
  REQUIRE(
      identical<T>(gram(kernel, X, Y), gram(Rbf(0.3), Mat<T>(X.rows(rows)), Mat<T>(Y.rows(rows)))));
  for (const std::string& violation :
       check_kernel_contract<T>(kernel * Subset({0}, Linear()), {.dim = 4, .any_dim = false})) {
    FAIL_CHECK(violation);
  }
}

TEST_CASE("subset refuses bad features", "[kernel]") {
  REQUIRE_THROWS_WITH(Subset({}, Linear()), "Subset: features must not be empty");
  REQUIRE_THROWS_WITH(Subset({2, 0, 2}, Linear()),
                      "Subset: features must differ, 2 is there twice");
  REQUIRE_THROWS_WITH(
      gram<double>(Subset({0, 3}, Linear()), arma::mat(3, 2)),
      "Subset::bind: the points have no feature 3: they have d = 3, counted from 0");
}
