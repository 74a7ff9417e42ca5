#include "cli/plot/colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace mercer::plot {
namespace {

constexpr Colour ink = {0.1, 0.1, 0.1};
constexpr Colour paper = {1, 1, 1};

// The transfer function of sRGB, IEC 61966-2-1, and its inverse.
double encoded(double linear) {
  const double light = std::clamp(linear, 0.0, 1.0);
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

double linear(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

// OKLab to sRGB: the two matrices of Ottosson 2020.
Colour from_oklab(double L, double a, double b) {
  const auto cube = [](double s) { return s * s * s; };
  const double l = cube(L + 0.3963377774 * a + 0.2158037573 * b);
  const double m = cube(L - 0.1055613458 * a - 0.0638541728 * b);
  const double s = cube(L - 0.0894841775 * a - 1.2914855480 * b);
  return {encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          encoded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

Colour from_lightness_chroma_hue(double lightness, double chroma, double degrees) {
  const double hue = degrees * std::numbers::pi / 180;
  return from_oklab(lightness, chroma * std::cos(hue), chroma * std::sin(hue));
}

double luminance(const Colour& colour) {
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

}  // namespace

std::string hex(const Colour& colour) {
  const auto byte = [](double part) {
    return static_cast<unsigned>(std::lround(255 * std::clamp(part, 0.0, 1.0)));
  };
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", byte(colour.red) & 0xFFu,
                byte(colour.green) & 0xFFu, byte(colour.blue) & 0xFFu);
  return text;
}

Colour mix(const Colour& a, const Colour& b, double t) {
  return {a.red + t * (b.red - a.red), a.green + t * (b.green - a.green),
          a.blue + t * (b.blue - a.blue)};
}

Colour sequential(double t) {
  t = std::clamp(t, 0.0, 1.0);
  // Chroma through its values at the begin, the middle and the end, by a parabola that stays within
  // sRGB.
  constexpr double begin = 0.115, middle = 0.096, end = 0.165;
  const double chroma =
      begin * (1 - t) * (1 - 2 * t) + middle * 4 * t * (1 - t) + end * t * (2 * t - 1);
  return from_lightness_chroma_hue(0.28 + 0.64 * t, chroma, 285 - 180 * t);
}

Colour shade(double t) {
  t = std::clamp(t, 0.0, 1.0);
  return from_lightness_chroma_hue(1 - 0.62 * t, 0.26 * t * (1 - 0.5 * t), 255);
}

Colour categorical(std::size_t k) {
  constexpr auto of = [](int red, int green, int blue) {
    return Colour{red / 255.0, green / 255.0, blue / 255.0};
  };
  constexpr std::array<Colour, 7> okabe_ito = {
      of(0, 114, 178),    // blue
      of(230, 159, 0),    // orange
      of(0, 158, 115),    // bluish green
      of(213, 94, 0),     // vermillion
      of(86, 180, 233),   // sky blue
      of(204, 121, 167),  // reddish purple
      of(240, 228, 66),   // yellow
  };
  return okabe_ito[k % okabe_ito.size()];
}

Shape class_shape(std::size_t k) {
  constexpr std::array<Shape, 6> shapes = {Shape::circle,  Shape::square,   Shape::triangle,
                                           Shape::diamond, Shape::pentagon, Shape::hourglass};
  return shapes[k % shapes.size()];
}

double contrast(const Colour& a, const Colour& b) {
  const double first = luminance(a) + 0.05;
  const double second = luminance(b) + 0.05;
  return std::max(first, second) / std::min(first, second);
}

std::string readable_on(const Colour& background) {
  return hex(contrast(background, ink) >= contrast(background, paper) ? ink : paper);
}

}  // namespace mercer::plot
