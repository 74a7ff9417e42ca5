#include "mercer/core/check.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace mercer;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEST_CASE("shortest decimals read back to the same double", "[core]") {
  REQUIRE(shortest(0.1) == "0.1");
  REQUIRE(shortest(1) == "1");
  REQUIRE(shortest(-0.0) == "-0");
  REQUIRE(shortest(1e-9) == "1e-09");
  REQUIRE(shortest(5e-324) == "5e-324");
  REQUIRE(shortest(1.0 / 3) == "0.3333333333333333");
  REQUIRE(shortest(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
  REQUIRE(shortest(inf) == "inf");
  REQUIRE(shortest(not_a_number) == "nan");
}

TEST_CASE("numbers in their range pass, others are refused by name and value", "[core]") {
  REQUIRE(require_positive("f: a", 5e-324) == 5e-324);
  REQUIRE_THROWS_WITH(require_positive("f: a", 0), "f: a must be finite and positive, is 0");
  REQUIRE_THROWS_WITH(require_positive("f: a", -1), "f: a must be finite and positive, is -1");
  REQUIRE_THROWS_WITH(require_positive("f: a", inf), "f: a must be finite and positive, is inf");
  REQUIRE_THROWS_WITH(require_positive("f: a", not_a_number),
                      "f: a must be finite and positive, is nan");
  REQUIRE(require_non_negative("f: a", 0) == 0);
  REQUIRE_THROWS_WITH(require_non_negative("f: a", -1e-300),
                      "f: a must be finite and at least 0, is -1e-300");
  REQUIRE_THROWS_WITH(require_non_negative("f: a", not_a_number),
                      "f: a must be finite and at least 0, is nan");
  REQUIRE(require_finite("f: a", -3) == -3);
  REQUIRE_THROWS_WITH(require_finite("f: a", -inf), "f: a must be finite, is -inf");
  REQUIRE_THROWS_AS(require_finite("f: a", not_a_number), std::invalid_argument);
}

TEST_CASE("shapes are refused with rule and numbers", "[core]") {
  REQUIRE_NOTHROW(require_rows("f", "Y", 3, 3, "one per point"));
  REQUIRE_THROWS_WITH(require_rows("f", "Y", 149, 150, "one per point"),
                      "f: Y must have 150 rows (one per point), has 149");
  REQUIRE_NOTHROW(require_columns("f", "Y", 3, 3, "one per output"));
  REQUIRE_THROWS_WITH(require_columns("f", "Y", 1, 2, "one per output"),
                      "f: Y must have 2 columns (one per output), has 1");
}

TEMPLATE_TEST_CASE("points must be there and finite", "[core]", float, double) {
  using T = TestType;
  Mat<T> X(3, 9, arma::fill::ones);
  REQUIRE_NOTHROW(require_finite<T>("f", "X", X));
  REQUIRE_NOTHROW(require_points<T>("f", "X", X));
  X(2, 7) = std::numeric_limits<T>::quiet_NaN();
  X(2, 8) = std::numeric_limits<T>::infinity();
  REQUIRE_THROWS_WITH(require_finite<T>("f", "X", X), "f: X must be finite, X(2, 7) is nan");
  X(2, 7) = 0;
  REQUIRE_THROWS_WITH(require_finite<T>("f", "X", X), "f: X must be finite, X(2, 8) is inf");
  REQUIRE_NOTHROW(require_finite<T>("f", "X", Mat<T>(3, 0)));
  REQUIRE_THROWS_WITH(require_points<T>("f", "X", Mat<T>(4, 0)),
                      "f: X is empty (d x n, one column per point): 4 rows, 0 columns");
  REQUIRE_THROWS_AS(require_points<T>("f", "X", Mat<T>(0, 4)), std::invalid_argument);
}
