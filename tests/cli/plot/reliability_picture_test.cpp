#include "cli/plot/reliability_picture.hpp"

#include <stdexcept>

#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::test::check_picture;
using mercer::test::SvgReader;

TEST_CASE("a reliability picture has a mark for each tenth with points", "[cli][plot]") {
  // Brier score: (0 + 0.0625 + 0.5625 + 0) / 4.
  const Probabilities probabilities = {"t", "spam", {0, 0.75, 0.75, 1}, {0, 1, 0, 1}};
  const SvgReader reader = check_picture(reliability_picture(probabilities), "t");
  CHECK(reader.has_text("Brier score 0.156, n = 4"));
  CHECK(reader.has_text("predicted probability of spam"));
  CHECK(reader.marks() == 3 + 1);  // and that of the legend
  CHECK(reader.has_text("points (largest: 2)"));
}

TEST_CASE("odd probabilities", "[cli][plot]") {
  check_picture(reliability_picture({"none", "a", {}, {}}), "none");
  CHECK_THROWS_WITH(reliability_picture({"t", "a", {1.5}, {1}}),
                    "reliability_picture: probability must be in [0, 1], is 1.5");
  CHECK_THROWS_AS(reliability_picture({"t", "a", {arma::datum::nan}, {1}}), std::invalid_argument);
  CHECK_THROWS_AS(reliability_picture({"t", "a", {0.5}, {}}), std::invalid_argument);
}
