#include "cli/plot/heat_map.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "cli/plot/chart.hpp"
#include "cli/plot/colours.hpp"

namespace mercer::plot {
namespace {

constexpr double bar_width = 18;   // pixels
constexpr double bar_margin = 26;  // from the cells
constexpr double cell_text = 12;   // pixels of the em

void require_shape(const GridSurface& surface) {
  const auto rule = [](const std::string& what) {
    throw std::invalid_argument("heat_map: " + what);
  };
  if (surface.x.values.empty() || surface.y.values.empty()) {
    rule("x and y must have values, there are " + std::to_string(surface.x.values.size()) +
         " and " + std::to_string(surface.y.values.size()));
  }
  if (surface.score.n_rows != surface.y.values.size() ||
      surface.score.n_cols != surface.x.values.size()) {
    rule("score must be " + std::to_string(surface.y.values.size()) + " x " +
         std::to_string(surface.x.values.size()) + " (a row per value of y), is " +
         std::to_string(surface.score.n_rows) + " x " + std::to_string(surface.score.n_cols));
  }
  if (surface.best &&
      (surface.best->row >= surface.score.n_rows || surface.best->column >= surface.score.n_cols)) {
    rule("best must be a cell of the grid");
  }
}

// Which of the values are named: all of them, or of a fine geometric grid those that are powers.
struct Names {
  std::size_t first = 0;
  std::size_t every = 1;
  int base = 0;  // they are its powers, if it is not 0
};

Names names_of(const std::vector<double>& values) {
  if (!is_geometric(values)) return {};
  for (std::size_t every = 1; every <= 4; ++every) {
    for (std::size_t first = 0; first < every; ++first) {
      std::vector<double> named;
      for (std::size_t k = first; k < values.size(); k += every) named.push_back(values[k]);
      if (const int base = base_of(named); base != 0) return {first, every, base};
    }
  }
  return {};
}

// The k-th cell is [k, k + 1].
Axis axis_of(const GridAxis& grid) {
  const Names names = names_of(grid.values);
  Axis axis;
  axis.label = grid.name + (is_geometric(grid.values) ? " (log scale)" : "");
  axis.scale = Scale::linear(0, static_cast<double>(grid.values.size()));
  axis.grid = false;
  for (std::size_t k = 0; k < grid.values.size(); ++k) {
    const double value = grid.values[k];
    Label label;
    if (k % names.every == names.first) {
      const auto power = [&] { return std::lround(std::log(value) / std::log(names.base)); };
      label = names.base == 0 ? number_label(value, 3)
                              : Label{std::to_string(names.base), std::to_string(power())};
    }
    axis.ticks.push_back({static_cast<double>(k) + 0.5, label});
  }
  return axis;
}

std::string value_text(const GridAxis& axis, arma::uword k) {
  return axis.name + " = " + number(axis.values[k], 4);
}

std::string subtitle_of(const GridSurface& surface) {
  const auto missing = surface.score.n_elem - arma::uvec(arma::find_finite(surface.score)).n_elem;
  std::string text;
  if (surface.best) {
    const auto [row, column] = *surface.best;
    text = "best: " + surface.score_name + " " + number(surface.score(row, column), 4) + " at " +
           value_text(surface.x, column) + ", " + value_text(surface.y, row);
  }
  if (missing > 0) {
    text += (text.empty() ? "" : "; ") + std::to_string(missing) + " of " +
            std::to_string(surface.score.n_elem) + " cells not run";
  }
  return text;
}

// Three digits of the largest score, and as many decimals in all cells.
Label score_label(double score, const arma::vec& scores) {
  const double size = arma::abs(scores).max();
  if (!(size >= 1e-3 && size < 1e5)) return number_label(score, 3);
  return {with_decimals(score, std::max(0, 2 - static_cast<int>(std::floor(std::log10(size)))))};
}

void draw_bar(Chart& chart, const Scale& scores, const std::string& name, bool hatch) {
  Svg& svg = chart.svg();
  const Box bar = {chart.area().right() + bar_margin, chart.area().y, bar_width,
                   chart.area().height - (hatch ? 34 : 0)};
  std::vector<std::string> colours;
  for (int k = 0; k <= 20; ++k) colours.push_back(hex(sequential(k / 20.0)));
  svg.gradient(bar, colours);
  svg.rectangle(bar, "none", {"#444444", 0.8});
  double widest = 0;
  for (const Tick& tick : scores.ticks(8)) {
    const double y = bar.bottom() - bar.height * scores.share(tick.value);
    svg.line({bar.right(), y}, {bar.right() + 4, y}, {"#444444", 1});
    svg.text({bar.right() + 8, y + 4.5}, tick.label, {13, Anchor::start, "#333333"});
    widest = std::max(widest, text_width(tick.label, 13));
  }
  chart.text_within({bar.right() + 8 + widest + 22, bar.y + bar.height / 2}, name,
                    {15, Anchor::middle, "#222222", false, true}, bar.height + 30);
  if (!hatch) return;
  svg.hatched({bar.x, bar.bottom() + 16, bar.width, 18});
  svg.rectangle({bar.x, bar.bottom() + 16, bar.width, 18}, "none", {"#444444", 0.8});
  svg.text({bar.right() + 8, bar.bottom() + 30}, "not run", {13, Anchor::start, "#333333"});
}

}  // namespace

std::string heat_map(const GridSurface& surface) {
  require_shape(surface);
  const arma::vec run = surface.score.elem(arma::find_finite(surface.score));
  const bool some_missing = run.n_elem < surface.score.n_elem;
  const Scale scores = Scale::linear_over(arma::conv_to<std::vector<double>>::from(run), 0);

  ChartOptions options;
  options.title = surface.title;
  options.subtitle = subtitle_of(surface);
  options.x = axis_of(surface.x);
  options.y = axis_of(surface.y);
  options.right = bar_margin + bar_width + 90;
  Chart chart(options);
  Svg& svg = chart.svg();

  const auto box_of = [&](arma::uword row, arma::uword column) {
    const Point corner = chart.at(static_cast<double>(column), static_cast<double>(row) + 1);
    const Point opposite = chart.at(static_cast<double>(column) + 1, static_cast<double>(row));
    return Box{corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y};
  };
  const auto label_of = [&](double score) { return score_label(score, run); };
  double widest = 0;
  for (const double score : run) widest = std::max(widest, text_width(label_of(score), cell_text));
  const Box first = box_of(0, 0);
  const bool names = widest + 6 < first.width && cell_text + 8 < first.height;
  for (arma::uword row = 0; row < surface.score.n_rows; ++row) {
    for (arma::uword column = 0; column < surface.score.n_cols; ++column) {
      const Box box = box_of(row, column);
      const double score = surface.score(row, column);
      if (!std::isfinite(score)) {
        svg.hatched(box);
        continue;
      }
      const Colour colour = sequential(scores.share(score));
      svg.rectangle(box, hex(colour));
      if (!names) continue;
      svg.text({box.x + box.width / 2, box.y + box.height / 2 + 4.3}, label_of(score),
               {cell_text, Anchor::middle, readable_on(colour)});
    }
  }
  svg.rectangle(chart.area(), "none", {"#444444", 1});
  if (surface.best) {
    const Box box = box_of(surface.best->row, surface.best->column);
    // White in black is seen on every colour.
    svg.rectangle(box, "none", {"#000000", 5});
    svg.rectangle(box, "none", {"#ffffff", 2});
  }
  draw_bar(chart, scores, surface.score_name, some_missing);
  return chart.document();
}

}  // namespace mercer::plot
