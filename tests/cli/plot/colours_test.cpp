#include "cli/plot/colours.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "support/catch.hpp"

using namespace mercer::plot;

namespace {

struct Lab {
  double L, a, b;
};

double linear(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }

// CIE 1976 L*a*b* of sRGB under D65, ISO/CIE 11664-4: another space than the map was made in.
Lab cie_lab(const Colour& colour) {
  const double r = linear(colour.red), g = linear(colour.green), b = linear(colour.blue);
  const auto f = [](double t) {
    return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  };
  const double x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const double y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
  const double z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(const Colour& first, const Colour& second) {
  const Lab p = cie_lab(first), q = cie_lab(second);
  return std::hypot(p.L - q.L, p.a - q.a, p.b - q.b);
}

// What a reader without green cones sees: Vienot, Brettel & Mollon, Color Research and Application
// 24, 1999, in linear light.
Colour deuteranope(const Colour& colour) {
  const double r = linear(colour.red), g = linear(colour.green), b = linear(colour.blue);
  const auto encoded = [](double v) {
    v = std::clamp(v, 0.0, 1.0);
    return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
  };
  const double yellow = encoded(0.29275 * r + 0.70725 * g);
  return {yellow, yellow, encoded(-0.02234 * r + 0.02234 * g + b)};
}

}  // namespace

TEST_CASE("lightness rises along the colour map, evenly", "[cli][plot]") {
  constexpr int steps = 32;
  for (int k = 0; k < steps; ++k) {
    const Colour here = sequential(k / 32.0), next = sequential((k + 1) / 32.0);
    CAPTURE(k, hex(here), hex(next));
    const double rise = cie_lab(next).L - cie_lab(here).L;
    CHECK(rise > 1.5);
    CHECK(rise < 3.2);
    CHECK(cie_lab(deuteranope(next)).L > cie_lab(deuteranope(here)).L);
    CHECK(distance(deuteranope(here), deuteranope(next)) > 1.5);
    CHECK(cie_lab(shade((k + 1) / 32.0)).L < cie_lab(shade(k / 32.0)).L);
  }
  CHECK(hex(sequential(-1)) == hex(sequential(0)));
  CHECK(hex(sequential(2)) == hex(sequential(1)));
  CHECK(hex(shade(0)) == "#ffffff");
}

TEST_CASE("classes differ in colour for colour-blind readers, or in shape", "[cli][plot]") {
  for (std::size_t i = 0; i < 42; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      CAPTURE(i, j);
      CHECK((hex(categorical(i)) != hex(categorical(j)) || class_shape(i) != class_shape(j)));
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      CHECK(distance(deuteranope(categorical(i)), deuteranope(categorical(j))) > 30);
    }
  }
}

TEST_CASE("text is readable on every colour of the maps", "[cli][plot]") {
  CHECK(contrast({0, 0, 0}, {1, 1, 1}) == Approx(21));
  for (int k = 0; k <= 100; ++k) {
    for (const Colour& background : {sequential(k / 100.0), shade(k / 100.0)}) {
      const Colour text =
          readable_on(background) == "#ffffff" ? Colour{1, 1, 1} : Colour{0.1, 0.1, 0.1};
      CHECK(contrast(text, background) >= 4);
    }
  }
}
