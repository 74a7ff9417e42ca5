#include "cli/plot/chart.hpp"

#include <algorithm>
#include <cmath>

namespace mercer::plot {
namespace {

constexpr double title_size = 17;
constexpr double subtitle_size = 14;
constexpr double label_size = 15;
constexpr double tick_size = 14;      // the exponents of its labels have 11.2
constexpr double legend_step = 21;    // pixels from one entry to the next
constexpr double swatch_width = 26;   // pixels
constexpr double border = 14;         // pixels at the edges of the picture
constexpr double longest_name = 150;  // pixels of a tick's label

const Stroke grid_stroke = {"#e4e4e4", 1};
const Stroke frame_stroke = {"#444444", 1};

Label shortened(const Label& label) {
  return {shorten(label.text, tick_size, longest_name), label.exponent};
}

double widest(const std::vector<Tick>& ticks) {
  double width = 0;
  for (const Tick& tick : ticks) {
    width = std::max(width, text_width(shortened(tick.label), tick_size));
  }
  return width;
}

// Whether labels along `length` pixels keep `gap` pixels between them.
bool fit(const std::vector<Tick>& ticks, const Scale& scale, double length, double gap) {
  double end = -1e9;
  std::vector<Tick> sorted = ticks;
  std::sort(sorted.begin(), sorted.end(), [&](const Tick& a, const Tick& b) {
    return scale.share(a.value) < scale.share(b.value);
  });
  for (const Tick& tick : sorted) {
    if (tick.label.text.empty()) continue;
    const double half = text_width(shortened(tick.label), tick_size) / 2;
    const double middle = length * scale.share(tick.value);
    if (middle - half < end) return false;
    end = middle + half + gap;
  }
  return true;
}

// Of the labels every k-th stays, the first among them.
std::vector<Tick> thinned(std::vector<Tick> ticks, std::size_t every) {
  std::size_t labels = 0;
  for (Tick& tick : ticks) {
    if (!tick.label.text.empty() && labels++ % every != 0) tick.label = {};
  }
  return ticks;
}

std::vector<Tick> ticks_below(const Axis& axis, double length) {
  if (axis.ticks.empty()) {
    for (int about = 10; about > 1; --about) {
      std::vector<Tick> ticks = axis.scale.ticks(about);
      if (fit(ticks, axis.scale, length, 12)) return ticks;
    }
    return axis.scale.ticks(1);
  }
  std::size_t every = 1;
  while (!axis.all_names && every < axis.ticks.size() &&
         !fit(thinned(axis.ticks, every), axis.scale, length, 8)) {
    ++every;
  }
  return thinned(axis.ticks, every);
}

std::vector<Tick> ticks_beside(const Axis& axis, double length) {
  if (axis.ticks.empty()) return axis.scale.ticks(static_cast<int>(std::max(2.0, length / 55)));
  const auto labels = std::count_if(axis.ticks.begin(), axis.ticks.end(),
                                    [](const Tick& tick) { return !tick.label.text.empty(); });
  const double step = length / static_cast<double>(std::max<std::ptrdiff_t>(labels, 1));
  return thinned(axis.ticks, static_cast<std::size_t>(std::max(1.0, std::ceil(16 / step))));
}

}  // namespace

struct Chart::Layout {
  Box area;
  double width = 0;
  double height = 0;
  std::vector<Tick> x_ticks;
  std::vector<Tick> y_ticks;
  bool upright = false;  // the labels below the area
  double names_height = 0;
};

Chart::Layout Chart::lay_out(const ChartOptions& options) {
  Layout layout;
  const double top = options.subtitle.empty() ? 48 : 70;
  double legend = 0;
  for (const LegendEntry& entry : options.legend) {
    const double text = std::min(longest_entry, text_width(entry.label, legend_size));
    legend = std::max(legend, 18 + swatch_width + 8 + text);
  }
  const double right = options.right + legend + border + (legend > 0 ? 0 : 12);

  // The labels at the left need their number, which needs the height, which needs the labels below.
  const double guess = options.area_height > 0 ? options.area_height : options.height - top - 70;
  layout.y_ticks = ticks_beside(options.y, guess);
  const double left = border + label_size + 10 + widest(layout.y_ticks) + 10;
  const double area_width =
      options.area_width > 0 ? options.area_width : options.width - left - right;
  layout.x_ticks = ticks_below(options.x, area_width);
  layout.upright = options.x.all_names && !fit(layout.x_ticks, options.x.scale, area_width, 8);
  layout.names_height = layout.upright ? widest(layout.x_ticks) : tick_size;
  const double below = 8 + layout.names_height + 10 + label_size + border;
  const double area_height =
      options.area_height > 0 ? options.area_height : options.height - top - below;
  layout.area = {left, top, area_width, area_height};
  // A small picture is wide enough for its title.
  const double text = std::max(text_width(options.title, 1.1 * title_size),
                               text_width(options.subtitle, subtitle_size));
  // Whole pixels: half of one would be half of a background.
  layout.width =
      std::ceil(std::max(left + area_width + right, std::min(800.0, left + text + border + 1)));
  layout.height = std::ceil(top + area_height + below);
  return layout;
}

Chart::Chart(const ChartOptions& options) : Chart(options, lay_out(options)) {}

Chart::Chart(const ChartOptions& options, const Layout& layout)
    : options_(options),
      area_(layout.area),
      svg_(layout.width, layout.height, options.title,
           options.title + ". Across: " + options.x.label + ". Upwards: " + options.y.label +
               (options.subtitle.empty() ? "." : ". " + options.subtitle + ".")) {
  const double room = layout.width - area_.x - border;
  text_within({area_.x, 30}, options.title, {title_size, Anchor::start, "#111111", true}, room);
  if (!options.subtitle.empty()) {
    text_within({area_.x, 53}, options.subtitle, {subtitle_size, Anchor::start, "#444444"}, room);
  }
  draw_axes(layout);
  draw_legend(layout);
}

double Chart::x(double value) const {
  return area_.x + area_.width * options_.x.scale.share(value);
}

double Chart::y(double value) const {
  return area_.bottom() - area_.height * options_.y.scale.share(value);
}

void Chart::text_within(Point baseline, const std::string& text, const TextStyle& style,
                        double width) {
  // Bold letters are a tenth wider.
  const std::string part = shorten(text, style.bold ? 1.1 * style.size : style.size, width);
  if (part != text) svg_.group(text);
  svg_.text(baseline, part, style);
  if (part != text) svg_.close();
}

void Chart::draw_axes(const Layout& layout) {
  const auto tick_length = [](const Tick& tick) { return tick.label.text.empty() ? 3.0 : 5.0; };
  for (const Tick& tick : layout.x_ticks) {
    const double at = x(tick.value);
    if (options_.x.grid && !tick.label.text.empty()) {
      svg_.line({at, area_.y}, {at, area_.bottom()}, grid_stroke);
    }
    svg_.line({at, area_.bottom()}, {at, area_.bottom() + tick_length(tick)}, frame_stroke);
  }
  for (const Tick& tick : layout.y_ticks) {
    const double at = y(tick.value);
    if (options_.y.grid && !tick.label.text.empty()) {
      svg_.line({area_.x, at}, {area_.right(), at}, grid_stroke);
    }
    svg_.line({area_.x - tick_length(tick), at}, {area_.x, at}, frame_stroke);
  }
  svg_.line({area_.x, area_.bottom()}, {area_.right(), area_.bottom()}, frame_stroke);
  svg_.line({area_.x, area_.y}, {area_.x, area_.bottom()}, frame_stroke);

  for (const Tick& tick : layout.x_ticks) {
    if (tick.label.text.empty()) continue;
    const Point baseline = layout.upright ? Point{x(tick.value) + 5, area_.bottom() + 9}
                                          : Point{x(tick.value), area_.bottom() + 9 + 11};
    svg_.text(baseline, shortened(tick.label),
              {tick_size, layout.upright ? Anchor::end : Anchor::middle, "#333333", false,
               layout.upright});
  }
  for (const Tick& tick : layout.y_ticks) {
    if (tick.label.text.empty()) continue;
    svg_.text({area_.x - 9, y(tick.value) + 5}, shortened(tick.label),
              {tick_size, Anchor::end, "#333333"});
  }
  text_within({area_.x + area_.width / 2, layout.height - border - 2}, options_.x.label,
              {label_size, Anchor::middle}, area_.width + 40);
  text_within({border + label_size - 2, area_.y + area_.height / 2}, options_.y.label,
              {label_size, Anchor::middle, "#222222", false, true}, area_.height + 40);
}

void Chart::draw_legend(const Layout& layout) {
  const double left = area_.right() + options_.right + 18;
  const auto room =
      static_cast<std::size_t>(std::max(1.0, (layout.height - border - area_.y) / legend_step));
  const std::size_t count = options_.legend.size();
  const std::size_t shown = count <= room ? count : room - 1;
  double middle = area_.y + legend_step / 2;
  for (std::size_t k = 0; k < shown; ++k, middle += legend_step) {
    const LegendEntry& entry = options_.legend[k];
    if (!entry.fill.empty()) {
      svg_.rectangle({left + 4, middle - 7, swatch_width - 8, 14}, entry.fill, {"#888888", 0.7});
    }
    if (entry.line) svg_.line({left, middle}, {left + swatch_width, middle}, *entry.line);
    if (entry.mark) svg_.marks({{left + swatch_width / 2, middle}}, *entry.mark);
    text_within({left + swatch_width + 8, middle + 4.5}, entry.label, {legend_size}, longest_entry);
  }
  if (shown < count) {
    svg_.text({left + swatch_width + 8, middle + 4.5},
              "and " + std::to_string(count - shown) + " more", {legend_size});
  }
}

}  // namespace mercer::plot
