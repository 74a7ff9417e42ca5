#include "cli/plot/scale.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"

using namespace mercer::plot;

namespace {

std::string names(const std::vector<Tick>& ticks) {
  std::string text;
  for (const Tick& tick : ticks) {
    if (tick.label.text.empty()) continue;
    text += (text.empty() ? "" : " ") + tick.label.text;
    if (!tick.label.exponent.empty()) text += "^" + tick.label.exponent;
  }
  return text;
}

}  // namespace

TEST_CASE("linear ticks are round", "[cli][plot]") {
  CHECK(names(Scale::linear(0, 1).ticks(5)) == "0.0 0.2 0.4 0.6 0.8 1.0");
  CHECK(names(Scale::linear(-3.2, 7.9).ticks(5)) == "-2 0 2 4 6");
  CHECK(names(Scale::linear(0, 30000).ticks(6)) == "0 5000 10000 15000 20000 25000 30000");
  CHECK(names(Scale::linear(0, 4e-7).ticks(4)) ==
        "0 10^-7 2\xC3\x97"
        "10^-7 3\xC3\x97"
        "10^-7 4\xC3\x97"
        "10^-7");
  CHECK(names(Scale::linear(1, 0).ticks(2)) == "0.0 0.5 1.0");  // downwards
}

TEST_CASE("logarithmic ticks are decades", "[cli][plot]") {
  CHECK(names(Scale::logarithmic(0.01, 1000).ticks(10)) == "0.01 0.1 1 10 100 1000");
  CHECK(names(Scale::logarithmic(1e-6, 1e-3).ticks(10)) == "10^-6 10^-5 10^-4 10^-3");
  CHECK(names(Scale::logarithmic(1e-12, 1).ticks(5)) == "10^-12 10^-9 10^-6 10^-3 10^0");
  CHECK(names(Scale::logarithmic(1, 3).ticks(4)) == "1.0 1.5 2.0 2.5 3.0");  // below two decades
  CHECK(Scale::logarithmic(1, 1000).ticks(5).size() == 1 + 3 * 9);
}

TEST_CASE("shares run from 0 to 1", "[cli][plot]") {
  CHECK(Scale::linear(2, 4).share(3) == 0.5);
  CHECK(Scale::linear(4, 2).share(4) == 0);
  CHECK(Scale::logarithmic(1, 100).share(10) == Approx(0.5));
  CHECK(Scale::logarithmic(1, 100).share(0) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("every input makes a scale with ticks", "[cli][plot]") {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<double>> inputs = {{},
                                                   {nan},
                                                   {infinity, -infinity},
                                                   {0},
                                                   {5, 5, 5},
                                                   {-1, 0},
                                                   {1e300, -1e300},
                                                   {1e-310, 2e-310},
                                                   {1e15, 1e15 + 1},
                                                   {std::numeric_limits<double>::max(), -1}};
  for (const std::vector<double>& values : inputs) {
    for (const Scale& scale : {Scale::linear_over(values), Scale::logarithmic_over(values)}) {
      CAPTURE(scale.low(), scale.high(), scale.is_logarithmic());
      CHECK(std::isfinite(scale.low()));
      CHECK(std::isfinite(scale.high()));
      CHECK(scale.low() < scale.high());
      const std::vector<Tick> ticks = scale.ticks(6);
      CHECK(ticks.size() <= 100);
      CHECK_FALSE(ticks.empty());
      for (const Tick& tick : ticks) {
        CHECK(scale.share(tick.value) > -1e-6);
        CHECK(scale.share(tick.value) < 1 + 1e-6);
      }
      for (const double value : values) {
        const bool shown = std::isfinite(value) && (!scale.is_logarithmic() || value > 0);
        if (shown && std::abs(value) < 1e300 && value > 1e-307) {
          CHECK(scale.share(value) > 0);
          CHECK(scale.share(value) < 1);
        }
      }
    }
  }
}

TEST_CASE("numbers are as people write them", "[cli][plot]") {
  CHECK(number(0.03125, 3) == "0.0312");
  CHECK(number(0.8, 4) == "0.8");
  CHECK(number(31622.7, 3) == "31623");
  CHECK(number(1234567, 3) == "1234567");
  CHECK(number(1.5e-5, 3) == "1.5e-05");
  CHECK(number(-0.0, 3) == "0");
  CHECK(number(std::nan(""), 3) == "not a number");
  CHECK(number_label(1e-5, 3).exponent == "-5");
  CHECK(number_label(2.5e12, 3).text ==
        "2.5\xC3\x97"
        "10");
  CHECK(number_label(2.5e12, 3).exponent == "12");
  CHECK(number_label(std::nan(""), 3).exponent.empty());
}

TEST_CASE("powers of 2 and 10 are found", "[cli][plot]") {
  CHECK(base_of({0.125, 0.25, 0.5, 1}) == 2);
  CHECK(base_of({0.125, 0.5, 2}) == 2);
  CHECK(base_of({0.01, 0.1, 1}) == 10);
  CHECK(base_of({1000, 100, 10}) == 10);
  CHECK(base_of({1, 3, 9}) == 0);
  CHECK(is_geometric({1, 3, 9}));
  CHECK(base_of({1, 2, 8}) == 0);
  CHECK(base_of({1}) == 0);
  CHECK(base_of({0, 1, 2}) == 0);
  CHECK(base_of({2, 2}) == 0);
  CHECK_FALSE(is_geometric({1, 2, 3}));
  CHECK_FALSE(is_geometric({-1, -2, -4}));
}
