#include "cli/plot/residual_picture.hpp"

#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::test::check_picture;
using mercer::test::SvgReader;

TEST_CASE("a histogram of residuals counts all that are near", "[cli][plot]") {
  arma::vec residuals(1000);
  for (arma::uword i = 0; i < 1000; ++i) residuals[i] = i % 2 == 0 ? -1 : 1;
  residuals[7] = 100;
  residuals[8] = arma::datum::nan;
  const std::string svg = residual_picture("t", "y (m)", residuals);
  const SvgReader reader = check_picture(svg, "t");
  CHECK(reader.has_text(
      "mean 0.1, standard deviation 3.32, n = 999, 1 beyond the picture, 1 not finite"));
  CHECK(reader.has_text("true \xE2\x88\x92 predicted y (m)"));
  std::size_t bars = 0;
  for (const auto& rect : reader.named("rect")) {
    bars += rect.attributes.contains("stroke") && rect.attributes.at("stroke") == "#ffffff";
  }
  CHECK(bars == 2);
  CHECK(residual_picture("t", "y (m)", residuals) == svg);
}

TEST_CASE("odd residuals", "[cli][plot]") {
  check_picture(residual_picture("none", "y", {}), "none");
  check_picture(residual_picture("equal", "y", {2, 2, 2}), "equal");
  check_picture(residual_picture("not finite", "y", {arma::datum::nan}), "not finite");
  check_picture(residual_picture("wide", "y", {-1e308, 1e308, 0}), "wide");
}
