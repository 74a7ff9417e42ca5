#include "mercer/kernel/lambda_kernel.hpp"

#include <cmath>
#include <string>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/cauchy.hpp"
#include "mercer/testing/kernel_contract.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"

using namespace mercer;

TEMPLATE_TEST_CASE("a lambda kernel is the kernel that its function says", "[kernel]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = random_points<T>(3, 300, 1);
  const auto cauchy = make_kernel<Statistic::squared_distance>(
      "cauchy", [](auto d2) { return 1 / (1 + d2 / decltype(d2)(0.7)); });
  REQUIRE(arma::approx_equal(gram(cauchy, X), gram(Cauchy(0.7), X), "reldiff",
                             4 * arma::Datum<T>::eps));
  for (const std::string& violation : check_kernel_contract<T>(cauchy, {.text_form = false})) {
    FAIL_CHECK(violation);
  }
}

TEST_CASE("a lambda kernel may compute in double and hold state", "[kernel]") {
  const double scale = 0.25;
  const auto scaled =
      make_kernel<Statistic::dot>("scaled", [scale](double dot) { return scale * dot; });
  const arma::fmat X = random_points<float>(3, 5, 1);
  REQUIRE(identical<float>(
      gram(scaled, X),
      0.25F * gram(make_kernel<Statistic::dot>("linear", [](auto dot) { return dot; }), X)));
}

TEST_CASE("names of functions are identifiers", "[kernel]") {
  const auto f = [](auto s) { return s; };
  REQUIRE(make_kernel<Statistic::dot>("_my_kernel2", f).expression() == "function:_my_kernel2");
  for (const char* bad : {"", "2nd", "a-b", "a b", "rbf(gamma=1)", "\xc3\xa9"}) {
    REQUIRE_THROWS_WITH(make_kernel<Statistic::dot>(bad, f),
                        "make_kernel: name must be letters, digits and underscores, not a digit "
                        "first, is '" +
                            std::string(bad) + "'");
  }
}
