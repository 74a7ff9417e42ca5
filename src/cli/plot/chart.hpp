// The frame of a picture: title, axes, legend, and the area of the data between them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/plot/scale.hpp"
#include "cli/plot/svg.hpp"

namespace mercer::plot {

struct Axis {
  std::string label;  // with its unit
  Scale scale = Scale::linear(0, 1);
  std::vector<Tick> ticks = {};  // empty: those of the scale
  bool all_names = false;        // labels stand upright rather than that some are left out
  bool grid = true;              // thin lines across the area
};

inline constexpr double legend_size = 13;     // pixels of the em
inline constexpr double longest_entry = 240;  // pixels; what is longer is cut

struct LegendEntry {
  std::string label;
  std::optional<Mark> mark = {};
  std::optional<Stroke> line = {};
  std::string fill = {};  // of a box
};

struct ChartOptions {
  std::string title;
  std::string subtitle = {};
  Axis x;
  Axis y;
  std::vector<LegendEntry> legend = {};  // on the right; entries that find no room are counted
  double width = 800;                    // pixels; with area_width, what that needs
  double height = 600;
  double area_width = 0;   // if positive: of the area of the data, the picture being as wide
  double area_height = 0;  // as that needs
  double right = 0;        // pixels kept free between the area and the legend
};

class Chart {
 public:
  /// Draws all but the data.
  explicit Chart(const ChartOptions& options);

  const Box& area() const { return area_; }
  Svg& svg() { return svg_; }

  double x(double value) const;  // pixels
  double y(double value) const;
  Point at(double x_value, double y_value) const { return {x(x_value), y(y_value)}; }

  /// Text that does not fit is cut, and whole in its tooltip.
  void text_within(Point baseline, const std::string& text, const TextStyle& style, double width);

  std::string document() const { return svg_.document(); }

 private:
  struct Layout;
  static Layout lay_out(const ChartOptions& options);
  Chart(const ChartOptions& options, const Layout& layout);
  void draw_axes(const Layout& layout);
  void draw_legend(const Layout& layout);

  ChartOptions options_;
  Box area_;
  Svg svg_;
};

}  // namespace mercer::plot
