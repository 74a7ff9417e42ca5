#include "cli/plot/svg.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::test::check_picture;
using mercer::test::SvgReader;

TEST_CASE("text is escaped, and what is no UTF-8 or no XML is replaced", "[cli][plot]") {
  CHECK(escape("a < b & \"c\" > 'd'") == "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  CHECK(escape("Größe µm 数 😀") == "Größe µm 数 😀");
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(escape(std::string("\0\x01\x1B\x7F", 4)) == bad + bad + bad + bad);
  CHECK(escape("\xC3") == bad);                                // cut off
  CHECK(escape("\xC0\xAF") == bad + bad);                      // overlong
  CHECK(escape("\xED\xA0\x80") == bad + bad + bad);            // a surrogate
  CHECK(escape("\xF4\x90\x80\x80") == bad + bad + bad + bad);  // beyond U+10FFFF
  CHECK(escape("\xEF\xBF\xBF") == bad + bad + bad);            // U+FFFF
  CHECK(escape("a\tb\n") == "a\tb\n");
}

TEST_CASE("coordinates are short and finite", "[cli][plot]") {
  CHECK(coordinate(12) == "12");
  CHECK(coordinate(0.5) == "0.5");
  CHECK(coordinate(3.14159) == "3.14");
  CHECK(coordinate(-0.001) == "0");
  CHECK(coordinate(100) == "100");
  CHECK(coordinate(std::nan("")) == "0");
  CHECK(coordinate(std::numeric_limits<double>::infinity()) == "100000");
}

TEST_CASE("paths have relative coordinates that do not drift", "[cli][plot]") {
  Path path;
  path.move_to({10, 20});
  path.line_to({10.5, 19});
  path.line_to({0, 0});
  path.close();
  path.move_to({11, 20});
  CHECK(path.text() == "m10 20 .5-1-10.5-19zm1 0");
  Path many;  // each step is a third of a tenth
  many.move_to({0, 0});
  for (int k = 1; k <= 300; ++k) many.line_to({k / 30.0, 0});
  many.line_to({10, 1});
  const std::string end = many.text().substr(many.text().size() - 4);
  CHECK(end == " 0 1");
}

TEST_CASE("long text is cut between characters", "[cli][plot]") {
  CHECK(shorten("short", 14, 100) == "short");
  const std::string cut = shorten("ääääääääääääääääääää", 14, 60);
  CHECK(cut.size() < 20);
  CHECK(cut.substr(cut.size() - 3) == "\xE2\x80\xA6");
  CHECK(escape(cut) == cut);  // still UTF-8
  CHECK(text_width(cut, 14) <= 60);
}

TEST_CASE("a document is well-formed, and equal calls give equal bytes", "[cli][plot]") {
  const auto draw = [] {
    Svg svg(200, 100, "a <title> & more", "description");
    svg.group("group \"1\"");
    svg.clip({0, 0, 50, 50});
    svg.rectangle({1, 2, 3, 4}, "#ff0000");
    svg.hatched({10, 10, 5, 5});
    svg.hatched({20, 10, 5, 5});
    svg.gradient({30, 10, 5, 5}, {"#000000", "#ffffff"});
    svg.close();
    svg.close();
    svg.text({5, 50}, Label{"2", "-3"});
    svg.marks({{1, 1}, {2.2, 2}, {1.1, 1.2}, {300, 1}, {std::nan(""), 1}}, {});
    svg.marks({{7, 7}}, {Shape::cross});
    return svg.document();
  };
  const std::string document = draw();
  CHECK(draw() == document);
  const SvgReader reader = check_picture(document, "a <title> & more");
  CHECK(reader.marks() == 3);  // one pixel once, nothing outside
  CHECK(reader.named("pattern").size() == 1);
  CHECK(reader.named("linearGradient").size() == 1);
  CHECK(reader.named("tspan").front().text == "-3");
}

TEST_CASE("a million points make a file no larger than the picture", "[cli][plot]") {
  Svg svg(100, 100, "t", "d");
  std::vector<Point> points;
  for (int k = 0; k < 1000000; ++k) points.push_back({(k % 997) / 10.0, (k % 991) / 10.0});
  svg.marks(points, {});
  CHECK(svg.document().size() < 100000);
}
