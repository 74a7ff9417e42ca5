// A canvas that writes SVG text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mercer::plot {

struct Point {
  double x = 0;
  double y = 0;
};

/// In pixels, y downwards.
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

/// What a picture says, with a power if it has one: {"10", "-3"} is ten to the minus third.
struct Label {
  std::string text;
  std::string exponent = {};
};

enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 14;  // pixels of the em
  Anchor anchor = Anchor::start;
  std::string colour = "#222222";
  bool bold = false;
  bool upwards = false;  // read from below to above
};

struct Stroke {
  std::string colour = "#222222";
  double width = 1;
  std::string dash = {};  // "4 3": 4 pixels drawn, 3 left out; empty: solid
};

/// The shapes differ without their colours too.
enum class Shape { circle, square, triangle, diamond, pentagon, hourglass, ring, cross };

struct Mark {
  Shape shape = Shape::circle;
  std::string colour = "#222222";
  double size = 7;               // pixels across
  std::string edge = "#ffffff";  // the line around it
};

/// A coordinate with at most two decimals: "12", "0.5", "3.14"; NaN is 0.
std::string coordinate(double value);

/// Text for the inside of an element or an attribute: <>&"' as entities; bytes that are no UTF-8
/// and characters that XML does not allow as U+FFFD.
std::string escape(std::string_view text);

/// About the width of text in pixels, rather too wide: that of DejaVu Sans, the widest of the fonts
/// that a viewer may take.
double text_width(std::string_view text, double size);
double text_width(const Label& label, double size);

/// The em of the exponent of a label.
double exponent_size(double size);

/// The text if it is not wider than `width`, else as much of its begin as fits and "...", as one
/// character.
std::string shorten(const std::string& text, double size, double width);

/// The d attribute of a path: coordinates relative to the point before, one decimal.
class Path {
 public:
  void move_to(Point point);
  void line_to(Point point);
  void close();
  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  void step(char command, Point point);
  std::string text_;
  // Where the pen and the begin of the part are, in tenths of a pixel, so that steps do not drift.
  long long x_ = 0, y_ = 0, begin_x_ = 0, begin_y_ = 0;
  char last_ = 0;
};

/// Elements in the order of the calls, the later above the earlier. Equal calls give equal bytes.
class Svg {
 public:
  /// title and description are what a screen reader says.
  Svg(double width, double height, const std::string& title, const std::string& description);

  /// Without a stroke its edges are sharp, so that no hairline shows between neighbours.
  void rectangle(const Box& box, const std::string& fill, const Stroke& stroke = {"none"});
  void line(Point from, Point to, const Stroke& stroke = {});
  void stroke(const Path& path, const Stroke& stroke);
  /// Fills, with an edge of the same colour that covers the hairline between neighbours.
  void fill(const Path& path, const std::string& colour, double edge = 0);
  void text(Point baseline, const Label& label, const TextStyle& style = {});
  void text(Point baseline, const std::string& text, const TextStyle& style = {});

  /// A mark at each point, one element for all of them. Points within the same pixel are drawn
  /// once, so that a million of them make no larger file than the picture has pixels.
  void marks(const std::vector<Point>& points, const Mark& mark);

  /// A rectangle with these colours at equal distances from below to above, and between them what
  /// is between.
  void gradient(const Box& box, const std::vector<std::string>& colours);

  /// A rectangle with slanted lines: something is missing there.
  void hatched(const Box& box);

  /// What follows, until close, is drawn inside of box only.
  void clip(const Box& box);
  /// What follows, until close, is named by a tooltip.
  void group(const std::string& name);
  void close();

  double width() const { return width_; }
  double height() const { return height_; }

  /// The whole document. All groups are closed.
  std::string document() const;

 private:
  double width_;
  double height_;
  std::string head_;
  std::string definitions_;
  std::string body_;
  int ids_ = 0;
  bool hatch_is_defined_ = false;
};

}  // namespace mercer::plot
