#include "cli/plot/heat_map.hpp"

#include <cmath>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::test::check_picture;
using mercer::test::SvgReader;

namespace {

std::size_t hatched(const SvgReader& reader) {
  std::size_t count = 0;
  for (const mercer::test::Element& rect : reader.named("rect")) {
    count += rect.attributes.contains("fill") && rect.attributes.at("fill") == "url(#hatch)";
  }
  return count;
}

GridSurface surface() {
  return {"grid",
          {"C", {0.5, 1, 2}},
          {"gamma (1/m)", {0.01, 0.1}},
          {{0.5, 0.75, 0.625}, {0.25, arma::datum::nan, 0.125}},
          "accuracy",
          GridCell{0, 1}};
}

}  // namespace

TEST_CASE("a heat map has cells, powers, the best cell and what was not run", "[cli][plot]") {
  const SvgReader reader = check_picture(heat_map(surface()), "grid");
  CHECK(reader.has_text("C (log scale)"));
  CHECK(reader.has_text("gamma (1/m) (log scale)"));
  CHECK(reader.has_text("accuracy"));
  CHECK(reader.has_text("best: accuracy 0.75 at C = 1, gamma (1/m) = 0.01; 1 of 6 cells not run"));
  CHECK(reader.has_text("not run"));
  CHECK(reader.has_text("0.625"));
  CHECK(reader.has_text("0.500"));  // as many decimals as the others
  CHECK(hatched(reader) == 2);      // the cell and its legend
  std::string exponents;
  for (const auto& element : reader.named("tspan")) exponents += element.text + " ";
  CHECK(exponents == "-1 0 1 -2 -1 ");
  CHECK(heat_map(surface()) == heat_map(surface()));
}

TEST_CASE("row 0 of a heat map is below, column 0 left", "[cli][plot]") {
  const SvgReader reader(heat_map(surface()));
  double x_low = 0, x_high = 0, y_low = 0, y_high = 0;
  for (const auto& element : reader.named("text")) {
    if (element.text == "0.500") x_low = element.number("x"), y_low = element.number("y");
    if (element.text == "0.125") x_high = element.number("x"), y_high = element.number("y");
  }
  CHECK(x_low < x_high);
  CHECK(y_low > y_high);
}

TEST_CASE("heat maps of odd grids", "[cli][plot]") {
  const arma::mat one(1, 1, arma::fill::value(0.8));
  check_picture(heat_map({"one", {"C", {1}}, {"g", {0}}, one, "score", GridCell{0, 0}}), "one");
  const arma::mat none(1, 1, arma::fill::value(arma::datum::nan));
  CHECK(hatched(check_picture(heat_map({"n", {"C", {1}}, {"g", {1}}, none, "s", {}}), "n")) == 2);

  GridSurface large{std::string(300, 'M') + " <&>", {"C", {}}, {"g", {}}, {}, "score", {}};
  for (int k = 0; k < 60; ++k) {
    large.x.values.push_back(std::pow(2, k / 2.0));
    large.y.values.push_back(k - 30.0);
  }
  large.score = arma::mat(60, 60, arma::fill::value(-1e-9));
  const std::string svg = heat_map(large);
  const SvgReader reader = check_picture(svg, large.title);
  CHECK(reader.has_text("g"));
  CHECK(svg.size() < 600000);
}

TEST_CASE("heat maps refuse shapes that do not fit", "[cli][plot]") {
  GridSurface wrong = surface();
  wrong.score = wrong.score.t();
  CHECK_THROWS_WITH(heat_map(wrong),
                    "heat_map: score must be 2 x 3 (a row per value of y), is 3 x 2");
  wrong = surface();
  wrong.best = GridCell{2, 0};
  CHECK_THROWS_AS(heat_map(wrong), std::invalid_argument);
  wrong.x.values.clear();
  CHECK_THROWS_AS(heat_map(wrong), std::invalid_argument);
}
