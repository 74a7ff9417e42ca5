#include "cli/plot/decision_picture.hpp"

#include <stdexcept>

#include "mercer/core/random.hpp"
#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::test::check_picture;
using mercer::test::SvgReader;

namespace {

// Class 1 right of 0, with f = x.
Decisions by_sign(const arma::mat& X) {
  return {arma::conv_to<arma::uvec>::from(X.row(0).t() > 0), X.row(0).t()};
}

DecisionPlane plane() {
  return {
      "t",          "x (cm)",     "y (kg)", {"left <&>", "right"}, {{-2, -1, 1, 2}, {0, 1, 0, 1}},
      {0, 0, 1, 0}, {0, 0, 1, 1}, {1, 2}};
}

}  // namespace

TEST_CASE("a decision picture has regions, points, rings and crosses", "[cli][plot]") {
  const std::string svg = decision_picture(plane(), by_sign);
  const SvgReader reader = check_picture(svg, "t");
  for (const char* text :
       {"x (cm)", "y (kg)", "left <&>", "right", "support vector", "f = 0",
        "f = \xC2\xB1"
        "1",
        "predicted as another class", "3 of 4 points right, 2 support vectors"}) {
    CAPTURE(text);
    CHECK(reader.has_text(text));
  }
  CHECK(reader.marks() == 4 + 2 + 1 + 4);  // points, rings, cross, legend
  CHECK(decision_picture(plane(), by_sign) == svg);
}

TEST_CASE("borders between classes are found by bisection", "[cli][plot]") {
  std::size_t asked = 0, calls = 0;
  const auto decide = [&](const arma::mat& X) {
    ++calls;
    asked += X.n_cols;
    return Decisions{arma::conv_to<arma::uvec>::from(X.row(0).t() > 0.37), {}};
  };
  const SvgReader reader = check_picture(decision_picture(plane(), decide), "t");
  CHECK_FALSE(reader.has_text("f = 0"));
  CHECK(calls == 1 + 5);
  CHECK(asked < 12000);
  // The area shows [-2.24, 2.24]; its frame is the last rectangle, the border's path has a stroke
  // and no filling.
  const mercer::test::Element frame = reader.named("rect").back();
  const double expected = frame.number("x") + frame.number("width") * (0.37 + 2.24) / 4.48;
  std::size_t found = 0;
  for (const auto& path : reader.named("path")) {
    if (!path.is_drawn() || !path.attributes.contains("stroke")) continue;
    if (path.attributes.at("fill") != "none" || path.attributes.at("stroke") == "none") continue;
    CHECK(std::strtod(path.attributes.at("d").c_str() + 1, nullptr) ==
          Approx(expected).margin(0.25));
    ++found;
  }
  CHECK(found == 1);
}

TEST_CASE("odd planes", "[cli][plot]") {
  const auto all_first = [](const arma::mat& X) {
    return Decisions{arma::uvec(X.n_cols, arma::fill::zeros), {}};
  };
  check_picture(decision_picture({"one", "x", "y", {"a"}, arma::mat(arma::vec{1, 1}), {0}, {}, {}},
                                 all_first),
                "one");
  check_picture(decision_picture({"none", "x", "y", {"a"}, arma::mat(2, 0), {}, {}, {}}, all_first),
                "none");

  DecisionPlane many{"many",
                     "x",
                     "y",
                     {"a", "b"},
                     arma::mat(2, 100000),
                     arma::uvec(100000),
                     arma::uvec(100000),
                     arma::uvec(100000)};
  mercer::Random random(1);
  for (arma::uword i = 0; i < 100000; ++i) {
    many.points.col(i) = arma::vec{random.uniform() - 0.5, random.uniform()};
    many.labels[i] = random.uniform() < 0.5;
    many.predicted[i] = many.points(0, i) > 0;
    many.support[i] = i;
  }
  CHECK(decision_picture(many, by_sign).size() < 5000000);
}

TEST_CASE("planes refuse shapes and labels that do not fit", "[cli][plot]") {
  DecisionPlane wrong = plane();
  wrong.points = arma::mat(3, 4, arma::fill::zeros);
  CHECK_THROWS_WITH(decision_picture(wrong, by_sign),
                    "decision_picture: points must have 2 rows (features), has 3");
  wrong = plane();
  wrong.labels[0] = 2;
  CHECK_THROWS_AS(decision_picture(wrong, by_sign), std::invalid_argument);
  wrong = plane();
  wrong.predicted = {0};
  CHECK_THROWS_AS(decision_picture(wrong, by_sign), std::invalid_argument);
  wrong = plane();
  wrong.support = {4};
  CHECK_THROWS_AS(decision_picture(wrong, by_sign), std::invalid_argument);
  const auto short_answer = [](const arma::mat&) { return Decisions{{0}, {}}; };
  CHECK_THROWS_AS(decision_picture(plane(), short_answer), std::invalid_argument);
}
