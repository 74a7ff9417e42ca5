#include "mercer/kernel/parse.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mercer/core/random.hpp"
#include "mercer/gram/gram.hpp"
#include "mercer/kernel/ard.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/lambda_kernel.hpp"
#include "mercer/kernel/linear.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/kernel/subset.hpp"
#include "support/catch.hpp"
#include "support/random_points.hpp"

using namespace mercer;

namespace {

std::string read_back(const std::string& text) { return parse_kernel(text)->expression(); }

// What parse_kernel says about a text: the first line, and the text with the character that the
// caret points at in braces.
struct Refusal {
  std::string message;
  std::string marked;
};

Refusal refusal(std::string_view text) {
  try {
    parse_kernel(text);
  } catch (const std::invalid_argument& error) {
    const std::string what = error.what();
    const std::size_t first = what.find('\n');
    const std::size_t second = what.find('\n', first + 1);
    const std::string line = what.substr(first + 3, second - first - 3);
    const std::size_t caret = what.size() - second - 4;  // two spaces before, the caret last
    return {what.substr(0, first), line.substr(0, caret) + '{' + line.substr(caret, 1) + '}' +
                                       line.substr(std::min(caret + 1, line.size()))};
  }
  return {"no error", std::string(text)};
}

// A random tree with all operators, and parameters of all magnitudes.
AnyKernel random_kernel(Random& random, int depth) {
  const auto value = [&] { return std::exp(40 * random.normal()); };
  const auto child = [&] { return random_kernel(random, depth - 1); };
  switch (depth == 0 ? random.below(2) : random.below(9)) {
    case 0:
      return Rbf(value());
    case 1:
      return Linear();
    case 2:
    case 3:
      return child() + child();
    case 4:
    case 5:
      return child() * child();
    case 6:
      return value() * child();
    case 7:
      return pow(child(), 1 + static_cast<int>(random.below(5)));
    default:
      return random.below(2) == 0 ? AnyKernel(Ard({value(), value()}, child()))
                                  : AnyKernel(Subset({random.below(9), 9}, child()));
  }
}

}  // namespace

TEST_CASE("every kernel reads back from its own text", "[kernel]") {
  for (const std::string text :
       {"linear()", "polynomial(degree=3, gamma=0.1, coef0=-1)", "sigmoid(gamma=0.1, coef0=0)",
        "rbf(gamma=5e-324)", "laplacian(gamma=1.7976931348623157e+308)",
        "matern12(length=0.30000000000000004)", "matern32(length=1)", "matern52(length=1)",
        "rational_quadratic(alpha=0.1, length=3)", "periodic(period=0.1, length=3)", "cosine()",
        "cauchy(scale=0.1)", "chi_squared(gamma=0.1)", "histogram_intersection()",
        "pow(rbf(gamma=1), 3)", "ard(weights=[1, 2.5], rbf(gamma=1) + linear())",
        "subset(features=[0, 18446744073709551615], linear())"}) {
    REQUIRE(read_back(text) == text);
  }
}

TEST_CASE("random trees read back to the same text", "[kernel]") {
  Random random(11);
  for (int round = 0; round < 500; ++round) {
    const std::string text = random_kernel(random, 5)->expression();
    REQUIRE(read_back(text) == text);
  }
}

TEST_CASE("a kernel read back gives the same bits", "[kernel]") {
  const AnyKernel kernel =
      0.1 * Rbf(1.0 / 3) + pow(Linear() + Rbf(M_PI), 2) * (Linear() * 0.7) + Linear();
  const arma::mat X = random_points<double>(3, 40, 1);
  REQUIRE(identical<double>(gram(*parse_kernel(kernel->expression()), X), gram(*kernel, X)));
}

TEST_CASE("people may write kernels in other ways than expression() does", "[kernel]") {
  REQUIRE(read_back("  rbf ( 0.5 )\n+\tlinear( ) ") == "rbf(gamma=0.5) + linear()");
  REQUIRE(read_back("rbf(sigma=2)") == "rbf(gamma=0.125)");
  REQUIRE(read_back("polynomial(2)") == "polynomial(degree=2, gamma=1, coef0=0)");
  REQUIRE(read_back("polynomial(coef0=1, degree=2)") == "polynomial(degree=2, gamma=1, coef0=1)");
  REQUIRE(read_back("polynomial(gamma=.5, 2)") == "polynomial(degree=2, gamma=0.5, coef0=0)");
  REQUIRE(read_back("sigmoid(1e0)") == "sigmoid(gamma=1, coef0=0)");
  REQUIRE(read_back("linear() * 2") == "2 * linear()");
  REQUIRE(read_back("linear() * 2 * cosine()") == "2 * linear() * cosine()");
  REQUIRE(read_back("((linear()))") == "linear()");
  REQUIRE(read_back("(linear() + cosine()) + linear()") == "linear() + cosine() + linear()");
  REQUIRE(read_back("linear() + (cosine() * linear())") == "linear() + cosine() * linear()");
  REQUIRE(read_back("ard([1], linear())") == "ard(weights=[1], linear())");
  REQUIRE(read_back("ard(kernel=linear(), weights=[1])") == "ard(weights=[1], linear())");
  REQUIRE(read_back("pow(exponent=2, kernel=linear())") == "pow(linear(), 2)");
}

TEST_CASE("errors of text name the problem and point at the character", "[kernel]") {
  struct Line {
    std::string message;
    std::string marked;  // braces around the character that the caret points at
  };
  const std::vector<Line> lines = {
      {"the text is empty at character 1", "{}"},
      {"the text is empty at character 4", "   {}"},
      {"unknown kernel 'rbff' at character 7; did you mean 'rbf'? known are linear, polynomial, ",
       "0.5 * {r}bff(gamma=1)"},
      {"unknown kernel 'Rbf' at character 1; did you mean 'rbf'?", "{R}bf(gamma=1)"},
      {"unknown kernel 'hamming' at character 1; known are linear", "{h}amming()"},
      {"unknown parameter 'gama' at character 5; usage: rbf(gamma)", "rbf({g}ama=1)"},
      {"unknown parameter 'x' at character 8; usage: linear()", "linear({x}=1)"},
      {"rbf needs gamma at character 5; usage: rbf(gamma)", "rbf({)}"},
      {"polynomial needs degree at character 19; usage: polynomial(degree, gamma = 1, coef0 = 0)",
       "polynomial(gamma=2{)}"},
      {"rational_quadratic needs length at character 21", "rational_quadratic(1{)}"},
      {"parameter 'gamma' is given twice at character 14", "rbf(gamma=1, {g}amma=2)"},
      {"parameter 'gamma' is given twice at character 8", "rbf(1, {g}amma=2)"},
      {"too many arguments at character 8; usage: rbf(gamma)", "rbf(1, {2})"},
      {"too many arguments at character 8; usage: cosine()", "cosine({2})"},
      {"gamma, a number, should stand here at character 11", "rbf(gamma={x})"},
      {"gamma, a number, should stand here at character 11", "rbf(gamma={)}"},
      {"a bad number: unexpected 'x' at character 12", "rbf(gamma=1{x})"},
      {"a bad number: unexpected '.' at character 14", "rbf(gamma=1.5{.}2)"},
      {"a bad number: unexpected 'e' at character 12", "rbf(gamma=1{e})"},
      {"the number is out of range at character 11", "rbf(gamma={1}e999)"},
      {"degree, an integer, should stand here at character 12", "polynomial({x})"},
      {"a bad number: unexpected '.' at character 13", "polynomial(2{.}5)"},
      {"the number is out of range at character 12", "polynomial({9}9999999999)"},
      {"Rbf: gamma must be finite and positive, is -1 at character 11", "rbf(gamma={-}1)"},
      {"Rbf: gamma must be finite and positive, is inf at character 11", "rbf(gamma={i}nf)"},
      {"Rbf::from_sigma: sigma must be finite and positive, is 0 at character 11",
       "rbf(sigma={0})"},
      {"RationalQuadratic: length must be finite and positive, is 0 at character 23",
       "rational_quadratic(1, {0})"},
      {"Polynomial: degree must be at least 1, is 0 at character 12", "polynomial({0})"},
      {"KernelPower: exponent must be at least 1, is 0 at character 15", "pow(linear(), {0})"},
      {"Ard: weights[1] must be finite and positive, is -2 at character 17",
       "ard(weights=[1, {-}2], linear())"},
      {"Rbf::from_sigma: sigma must leave 1 / (2 sigma^2) finite and positive, is 1e-200 at "
       "character 11",
       "rbf(sigma={1}e-200)"},
      {"Ard: weights must not be empty at character 13", "ard(weights={[}], linear())"},
      {"Subset: features must differ, 1 is there twice at character 8",
       "subset({[}1, 1], linear())"},
      {"an index (0, 1, ...) should stand here at character 9", "subset([{-}1], linear())"},
      {"weights must be a list, as in weights=[0, 1] at character 5", "ard({l}inear(), [1])"},
      {"ard needs kernel at character 8", "ard([1]{)}"},
      {"ScaledKernel: scale must be finite and positive, is -2 at character 1", "{-}2 * linear()"},
      {"ScaledKernel: scale must be finite and positive, is 0 at character 12", "linear() * {0}"},
      {"a number must multiply a kernel, as in 0.5 * linear() at character 1", "{2}"},
      {"a number must multiply a kernel, as in 0.5 * linear() at character 1", "{2} + linear()"},
      {"a number must multiply a kernel, as in 0.5 * linear() at character 2", "({2}) * linear()"},
      {"a number must multiply a kernel, not another number at character 5", "2 * {3} * linear()"},
      {"the text ends where a kernel should stand at character 12", "linear() + {}"},
      {"the text ends where a kernel should stand at character 5", "2 * {}"},
      {"unexpected '+' where a kernel should stand at character 1", "{+} linear()"},
      {"unexpected ')' where a kernel should stand at character 2", "({)}"},
      {"unexpected 'l' after a complete kernel at character 10", "linear() {l}inear()"},
      {"unexpected '-' after a complete kernel at character 10", "linear() {-} linear()"},
      {"')' without '(' at character 9", "linear(){)}"},
      {"'(' is never closed at character 1", "{(}linear()"},
      {"'(' is never closed at character 7", "linear{(}"},
      {"'(' is never closed at character 4", "rbf{(}gamma=1"},
      {"'[' is never closed at character 5", "ard({[}1, 2"},
      {"unexpected ')', ']' should stand here at character 7", "ard([1{)}, linear())"},
      {"unexpected ']', ')' should stand here at character 6", "rbf(1{]}"},
      {"'(' must follow the kernel's name 'rbf' at character 4", "rbf{}"},
      {"'(' must follow the kernel's name 'rbf' at character 5", "rbf {0}.5"},
      {"a kernel made from a function has no text form at character 7", "0.5 * {f}unction:mine"},
  };
  for (const Line& line : lines) {
    std::string text = line.marked;
    text.erase(text.find('{'), 1);
    text.erase(text.find('}'), 1);
    CAPTURE(text);
    const Refusal actual = refusal(text);
    CHECK_THAT(actual.message, Catch::StartsWith("parse_kernel: " + line.message));
    CHECK(actual.marked == line.marked);
  }
}

TEST_CASE("the whole of an error message", "[kernel]") {
  REQUIRE_THROWS_WITH(
      parse_kernel("linear()\n + rbf(gamma=-1)"),
      "parse_kernel: Rbf: gamma must be finite and positive, is -1 at character 23\n"
      "  linear()  + rbf(gamma=-1)\n"
      "                        ^");
}

TEST_CASE("kernels from functions are refused by their own text", "[kernel]") {
  const auto mine = make_kernel<Statistic::dot>("mine", [](auto s) { return s; });
  REQUIRE_THROWS_WITH(parse_kernel((Linear() + mine).expression()),
                      Catch::Contains("a kernel made from a function has no text form"));
}

TEST_CASE("hostile text is refused without exhausting the stack", "[kernel]") {
  const auto repeated = [](const std::string& part, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += part;
    return text;
  };
  const std::string deep = "brackets nest more than 100 levels deep at character 101";
  REQUIRE_THROWS_WITH(parse_kernel(repeated("(", 1000000)), Catch::Contains(deep));
  REQUIRE_THROWS_WITH(parse_kernel(repeated("pow(", 1000000)),
                      Catch::Contains("brackets nest more than 100 levels deep at character 401"));
  REQUIRE_THROWS_WITH(parse_kernel(repeated("linear()+", 1000000)),
                      Catch::Contains("more than 1000 operators"));
  REQUIRE_THROWS_WITH(parse_kernel(repeated("2*", 1000000)), Catch::Contains("another number"));
  REQUIRE(read_back(repeated("(", 99) + "linear()" + repeated(")", 99)) == "linear()");
  REQUIRE(read_back(repeated("linear() + ", 999) + "linear()") ==
          repeated("linear() + ", 999) + "linear()");
  // An error far inside a long text shows its surroundings only.
  const Refusal long_text = refusal(repeated("linear() + ", 500) + "?" + repeated(" ", 5000));
  REQUIRE(long_text.marked.size() < 200);
  REQUIRE(long_text.marked.find("+ {?}") != std::string::npos);
}

TEST_CASE("random damage to a text is an error or another kernel, never a crash", "[kernel]") {
  Random random(5);
  const std::string characters = "()[]=,+*. -09aefglr:\n\t\x01\xff";
  for (int round = 0; round < 3000; ++round) {
    std::string text = random_kernel(random, 2)->expression();
    for (index_t edits = 1 + random.below(3); edits > 0; --edits) {
      const std::size_t at = random.below(text.size());
      const char c = characters[random.below(characters.size())];
      if (random.below(2) == 0) {
        text[at] = c;
      } else {
        text.insert(at, 1, c);
      }
    }
    try {
      const std::string again = read_back(text);
      REQUIRE(read_back(again) == again);
    } catch (const std::invalid_argument& error) {
      REQUIRE_THAT(error.what(), Catch::StartsWith("parse_kernel: "));
    }
  }
}
