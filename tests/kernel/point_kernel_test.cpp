#include "mercer/kernel/point_kernel.hpp"

#include <algorithm>
#include <string>

#include "mercer/gram/gram.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/histogram_intersection.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/testing/kernel_contract.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"

using namespace mercer;

namespace {

const auto intersection = [](auto x, auto y) {
  double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += static_cast<double>(std::min(x[k], y[k]));
  return sum;
};

}  // namespace

TEMPLATE_TEST_CASE("a point kernel is the kernel that its function says", "[kernel]", float,
                   double) {
  using T = TestType;
  const Mat<T> X = arma::abs(random_points<T>(3, 270, 1));
  const Mat<T> Y = arma::abs(random_points<T>(3, 30, 2));
  const auto kernel = make_point_kernel("intersection", intersection);
  REQUIRE(identical<T>(gram(kernel, X), gram(HistogramIntersection(), X)));
  REQUIRE(identical<T>(gram(kernel, X, Y), gram(HistogramIntersection(), X, Y)));
  for (const std::string& violation :
       check_kernel_contract<T>(kernel * Rbf(0.3), {.non_negative = true, .text_form = false})) {
    FAIL_CHECK(violation);
  }
}

TEST_CASE("a point kernel of one precision refuses points of the other", "[kernel]") {
  const auto kernel = make_point_kernel(
      "first", [](std::span<const double> x, std::span<const double> y) { return x[0] * y[0]; });
  REQUIRE(gram(kernel, arma::mat{{2.0, 3.0}})(0, 1) == 6);
  REQUIRE_THROWS_WITH(gram(kernel, arma::fmat{{2.0F, 3.0F}}),
                      "function:first: the function does not take points of float");
}

TEST_CASE("a point kernel's name and points are checked", "[kernel]") {
  REQUIRE_THROWS_AS(make_point_kernel("2nd", intersection), std::invalid_argument);
  const auto kernel = make_point_kernel("intersection", intersection);
  REQUIRE(kernel.expression() == "function:intersection");
  const arma::mat X(3, 2, arma::fill::ones);
  const arma::mat Y(2, 2, arma::fill::ones);
  REQUIRE_THROWS_AS(kernel.bind(Points<double>(X), Points<double>(Y)), std::invalid_argument);
}
