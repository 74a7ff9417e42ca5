#include "cli/plot/confusion_picture.hpp"

#include <algorithm>
#include <stdexcept>

#include "cli/plot/chart.hpp"
#include "cli/plot/colours.hpp"

namespace mercer::plot {
namespace {

constexpr double smallest_cell = 27;  // pixels
constexpr double largest_cell = 110;

Axis axis_of(const std::string& label, const std::vector<std::string>& names, bool downwards) {
  const double count = static_cast<double>(names.size());
  Axis axis;
  axis.label = label;
  axis.scale = downwards ? Scale::linear(count, 0) : Scale::linear(0, count);
  axis.all_names = true;
  axis.grid = false;
  for (std::size_t k = 0; k < names.size(); ++k) {
    axis.ticks.push_back({static_cast<double>(k) + 0.5, Label{names[k]}});
  }
  return axis;
}

// "97 %", "0.4 %", and never "0 %" or "100 %" of what is more or less.
std::string percent(double share) {
  const double value = 100 * share;
  if (value > 0 && value < 0.1) return "<0.1 %";
  if (value > 99.9 && value < 100) return ">99.9 %";
  const bool whole = value == 100 || (value >= 9.95 && value <= 99);
  return with_decimals(value, whole ? 0 : 1) + " %";
}

void draw_bar(Chart& chart) {
  Svg& svg = chart.svg();
  const Box bar = {chart.area().right() + 24, chart.area().y, 16, chart.area().height};
  std::vector<std::string> colours;
  for (int k = 0; k <= 10; ++k) colours.push_back(hex(shade(k / 10.0)));
  svg.gradient(bar, colours);
  svg.rectangle(bar, "none", {"#444444", 0.8});
  for (const int value : {0, 25, 50, 75, 100}) {
    const double y = bar.bottom() - bar.height * value / 100;
    svg.line({bar.right(), y}, {bar.right() + 4, y}, {"#444444", 1});
    svg.text({bar.right() + 8, y + 4.5}, std::to_string(value) + " %", {13});
  }
  svg.text({bar.right() + 70, bar.y + bar.height / 2}, "share of the true class",
           {15, Anchor::middle, "#222222", false, true});
}

}  // namespace

std::string confusion_picture(const ConfusionTable& table) {
  const std::size_t classes = table.class_names.size();
  if (classes == 0) throw std::invalid_argument("confusion_picture: there are no classes");
  if (table.counts.n_rows != classes || table.counts.n_cols != classes) {
    throw std::invalid_argument("confusion_picture: counts must be " + std::to_string(classes) +
                                " x " + std::to_string(classes) + " (one per class name), is " +
                                std::to_string(table.counts.n_rows) + " x " +
                                std::to_string(table.counts.n_cols));
  }
  // The largest number has room with 11 pixels of the em.
  const double number_width = text_width(std::to_string(table.counts.max()), 11) + 4;
  const double cell = std::max(
      number_width, std::clamp(480 / static_cast<double>(classes), smallest_cell, largest_cell));
  const arma::uword all = arma::accu(table.counts);
  const arma::uword right = arma::trace(table.counts);

  ChartOptions options;
  options.title = table.title;
  if (all > 0) {
    const double accuracy = static_cast<double>(right) / static_cast<double>(all);
    // Not 1 unless all are right.
    options.subtitle = "accuracy " +
                       (right < all && accuracy > 0.9999 ? ">0.9999" : number(accuracy, 4)) + " (" +
                       std::to_string(right) + " of " + std::to_string(all) + " points)";
  }
  options.x = axis_of("predicted class", table.class_names, false);
  options.y = axis_of("true class", table.class_names, true);
  options.area_width = options.area_height = cell * static_cast<double>(classes);
  options.right = 24 + 16 + 76;
  Chart chart(options);
  Svg& svg = chart.svg();

  for (std::size_t i = 0; i < classes; ++i) {
    const double in_row = static_cast<double>(arma::accu(table.counts.row(i)));
    for (std::size_t j = 0; j < classes; ++j) {
      const arma::uword count = table.counts(i, j);
      if (count == 0) continue;
      const Point corner = chart.at(static_cast<double>(j), static_cast<double>(i));
      const double share = static_cast<double>(count) / in_row;
      const Colour colour = shade(0.06 + 0.94 * share);  // the least error differs from none
      svg.rectangle({corner.x, corner.y, cell, cell}, hex(colour));
      const std::string text = std::to_string(count);
      const double size = std::min(cell >= 46 ? 16.0 : 12.0, (cell - 4) / text_width(text, 1));
      const Point middle = {corner.x + cell / 2, corner.y + cell / 2};
      const bool with_share = cell >= 54;
      svg.text({middle.x, middle.y + (with_share ? -1 : 0.36 * size)}, text,
               {size, Anchor::middle, readable_on(colour)});
      if (with_share) {
        svg.text({middle.x, middle.y + 16}, percent(share),
                 {12, Anchor::middle, readable_on(colour)});
      }
    }
  }
  for (std::size_t k = 0; k <= classes; ++k) {
    const double at = static_cast<double>(k);
    const double count = static_cast<double>(classes);
    svg.line(chart.at(at, 0), chart.at(at, count), {"#cccccc", 0.6});
    svg.line(chart.at(0, at), chart.at(count, at), {"#cccccc", 0.6});
  }
  draw_bar(chart);
  return chart.document();
}

}  // namespace mercer::plot
