#include "cli/plot/regression_picture.hpp"

#include <stdexcept>

#include "mercer/core/random.hpp"
#include "mercer/data/metrics.hpp"
#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::test::check_picture;
using mercer::test::SvgReader;

TEST_CASE("predicted against true has marks, bars and the quality", "[cli][plot]") {
  // R^2 = 1 - 0.5 / 5, RMSE = sqrt(0.5 / 4); one of four errors of 0.5 is beyond its bar.
  const RegressionResult result = {"t", "y (kg)", {1, 2, 3, 4}, {1.5, 2, 3, 3.5}, {0.1, 1, 1, 1}};
  const SvgReader reader = check_picture(regression_picture(result), "t");
  CHECK(reader.has_text("R\xC2\xB2 = 0.9, RMSE = 0.354, n = 4, 75 % within their bars"));
  CHECK(reader.has_text("true y (kg)"));
  CHECK(reader.has_text("predicted y (kg)"));
  CHECK(reader.marks() == 4 + 1);  // and that of the legend
  CHECK(regression_picture(result) == regression_picture(result));
}

TEST_CASE("the figures of the title are those of the library", "[cli][plot]") {
  mercer::Random random(1);
  RegressionResult result{"t", "y", arma::vec(100), arma::vec(100), {}};
  for (arma::uword i = 0; i < 100; ++i) {
    result.truth[i] = random.uniform();
    result.predicted[i] = result.truth[i] + 0.1 * random.uniform();
  }
  const std::string svg = regression_picture(result);
  char expected[80];
  std::snprintf(expected, sizeof expected, "= %.3g, RMSE = %.3g",
                mercer::r_squared<double>(result.truth, result.predicted),
                mercer::rmse<double>(result.truth, result.predicted));
  CAPTURE(expected);
  CHECK(svg.find(expected) != std::string::npos);
}

TEST_CASE("many points are counted in squares", "[cli][plot]") {
  RegressionResult result{"t", "y", arma::vec(100000), arma::vec(100000), {}};
  mercer::Random random(1);
  for (arma::uword i = 0; i < result.truth.n_elem; ++i) {
    result.truth[i] = random.uniform();
    result.predicted[i] = random.uniform();
  }
  const std::string svg = regression_picture(result);
  CHECK(svg.size() < 400000);
  CHECK(check_picture(svg, "t").marks() == 0);
}

TEST_CASE("odd regressions", "[cli][plot]") {
  const double nan = arma::datum::nan;
  check_picture(regression_picture({"none", "y", {}, {}, {}}), "none");
  const SvgReader one = check_picture(regression_picture({"one", "y", {5}, {5}, {}}), "one");
  CHECK(one.has_text("RMSE = 0, n = 1"));  // no share of a variance of 0
  const SvgReader some =
      check_picture(regression_picture({"s", "y", {1, nan, 3}, {1, 2, arma::datum::inf}, {}}), "s");
  CHECK(some.has_text("RMSE = 0, n = 1, 2 not finite"));
  check_picture(regression_picture({"wide", "y", {-1e308, 1e308}, {1e308, -1e308}, {}}), "wide");
  CHECK_THROWS_AS(regression_picture({"t", "y", {1, 2}, {1}, {}}), std::invalid_argument);
  CHECK_THROWS_AS(regression_picture({"t", "y", {1, 2}, {1, 2}, {1}}), std::invalid_argument);
}
