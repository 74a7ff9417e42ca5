#include "model/row_weights.hpp"

#include "support/catch.hpp"

using namespace mercer;

TEST_CASE("weights are ones if none are given, and refused where they mean nothing", "[model]") {
  CHECK(arma::all(row_weights("f", {}, 3) == 1));
  CHECK(arma::all(row_weights("f", {2, 0}, 2) == Col<double>{2, 0}));
  REQUIRE_THROWS_WITH(row_weights("f", {1, 2}, 3),
                      "f: weights must have 3 rows (one per point), has 2");
  REQUIRE_THROWS_WITH(row_weights("f", {1, -1}, 2),
                      "f: a weight must be finite and at least 0, is -1");
  REQUIRE_THROWS_WITH(row_weights("f", {1, arma::datum::nan}, 2),
                      "f: a weight must be finite and at least 0, is nan");
  REQUIRE_THROWS_WITH(row_weights("f", {0, 0}, 2), "f: the weights are all 0");
}

TEMPLATE_TEST_CASE("weighted means are those of each column", "[model]", float, double) {
  const Mat<TestType> Y = {{1, 10}, {2, 30}, {5, 0}};
  const arma::rowvec means = weighted_means<TestType>(Y, {1, 3, 0});
  CHECK(means(0) == 1.75);
  CHECK(means(1) == 25);
}
