#include "cli/plot/confusion_picture.hpp"

#include <stdexcept>

#include "support/catch.hpp"
#include "support/svg_reader.hpp"

using namespace mercer::plot;
using mercer::test::check_picture;
using mercer::test::SvgReader;

TEST_CASE("a confusion matrix has counts, shares and the accuracy", "[cli][plot]") {
  const ConfusionTable table = {"t", {"a <b>", "é"}, {{97, 3}, {0, 25}}};
  const SvgReader reader = check_picture(confusion_picture(table), "t");
  for (const char* text : {"97", "97 %", "3", "3.0 %", "25", "100 %", "a <b>", "é", "true class",
                           "predicted class", "accuracy 0.976 (122 of 125 points)"}) {
    CAPTURE(text);
    CHECK(reader.has_text(text));
  }
  CHECK_FALSE(reader.has_text("0"));
  CHECK(confusion_picture(table) == confusion_picture(table));
}

TEST_CASE("rows are true classes from above, columns predicted ones", "[cli][plot]") {
  const SvgReader reader(confusion_picture({"t", {"a", "b"}, {{11, 12}, {21, 22}}}));
  std::map<std::string, std::pair<double, double>> at;
  for (const auto& text : reader.named("text")) {
    at[text.text] = {text.number("x"), text.number("y")};
  }
  CHECK(at["12"].first > at["11"].first);
  CHECK(at["12"].second == at["11"].second);
  CHECK(at["21"].second > at["11"].second);
}

TEST_CASE("nearly all is not all", "[cli][plot]") {
  const SvgReader reader(confusion_picture({"t", {"a", "b"}, {{1999999, 1}, {0, 7}}}));
  CHECK(reader.has_text("accuracy >0.9999 (2000006 of 2000007 points)"));
  CHECK(reader.has_text(">99.9 %"));
  CHECK(reader.has_text("<0.1 %"));
}

TEST_CASE("confusion matrices of few and many classes", "[cli][plot]") {
  check_picture(confusion_picture({"one", {"only"}, arma::umat(1, 1, arma::fill::zeros)}), "one");
  ConfusionTable table{"letters", {}, arma::umat(26, 26, arma::fill::value(12345))};
  for (char c = 'A'; c <= 'Z'; ++c) table.class_names.push_back(std::string(50, c));
  const SvgReader reader = check_picture(confusion_picture(table), "letters");
  std::size_t cells = 0;
  for (const auto& text : reader.named("text")) cells += text.text == "12345";
  CHECK(cells == 26 * 26);
}

TEST_CASE("confusion matrices refuse shapes that do not fit", "[cli][plot]") {
  CHECK_THROWS_WITH(confusion_picture({"t", {"a"}, arma::umat(2, 2, arma::fill::zeros)}),
                    "confusion_picture: counts must be 1 x 1 (one per class name), is 2 x 2");
  CHECK_THROWS_AS(confusion_picture({"t", {}, {}}), std::invalid_argument);
}
