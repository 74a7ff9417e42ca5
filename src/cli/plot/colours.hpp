// Colours that colour-blind readers can tell apart.
#pragma once

#include <cstddef>
#include <string>

#include "cli/plot/svg.hpp"

namespace mercer::plot {

/// sRGB, each in [0, 1].
struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};

/// "#1f77b4"
std::string hex(const Colour& colour);

/// The colour that is a share `t` of the way from a to b, t in [0, 1].
Colour mix(const Colour& a, const Colour& b, double t);

/// From dark blue by green to light yellow for t in [0, 1], what is outside being taken to its
/// ends. Lightness rises linearly, and equal steps of t are about equal steps of what is seen: the
/// largest is at most 1.3 times the smallest. Lightness alone tells values apart, whatever the
/// reader sees of the hue.
/// Source: the space OKLab of Ottosson, A perceptual color space for image processing, 2020, with
/// three control points of hue and chroma of our own choice.
Colour sequential(double t);

/// From white to dark blue for t in [0, 1]: for cells with text in them.
Colour shade(double t);

/// The k-th of seven colours of Okabe & Ito, Color Universal Design, 2008, without their black; the
/// eighth is the first again.
Colour categorical(std::size_t k);

/// The k-th shape that a class is drawn with; forty-two classes differ in colour or shape.
Shape class_shape(std::size_t k);

/// The colour that one may read on a background: near black or white, whichever has the larger
/// contrast ratio of the Web Content Accessibility Guidelines 2.1.
std::string readable_on(const Colour& background);

/// That contrast ratio, in [1, 21]; text asks for 4.5.
double contrast(const Colour& a, const Colour& b);

}  // namespace mercer::plot
