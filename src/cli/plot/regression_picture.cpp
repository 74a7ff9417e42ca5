#include "cli/plot/regression_picture.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "cli/plot/chart.hpp"
#include "cli/plot/colours.hpp"

namespace mercer::plot {
namespace {

constexpr double within = 1.96;  // standard deviations around the mean have 95 % of a normal
constexpr std::size_t many = 5000;
constexpr double density_cell = 5;  // pixels

struct Pairs {
  std::vector<double> truth;
  std::vector<double> predicted;
  std::vector<double> bar;  // half of its length, or empty
  std::size_t left_out = 0;
};

Pairs finite_pairs(const char* where, const RegressionResult& result) {
  const arma::uword n = result.truth.n_elem;
  const bool bars = !result.standard_deviation.is_empty();
  if (result.predicted.n_elem != n || (bars && result.standard_deviation.n_elem != n)) {
    throw std::invalid_argument(
        std::string(where) + ": truth, predicted and standard_deviation must have as many values " +
        "(one per point), have " + std::to_string(n) + ", " +
        std::to_string(result.predicted.n_elem) + " and " +
        std::to_string(result.standard_deviation.n_elem));
  }
  Pairs pairs;
  for (arma::uword i = 0; i < n; ++i) {
    const double bar = bars ? within * result.standard_deviation[i] : 0;
    if (!std::isfinite(result.truth[i]) || !std::isfinite(result.predicted[i]) ||
        !std::isfinite(bar)) {
      ++pairs.left_out;
      continue;
    }
    pairs.truth.push_back(result.truth[i]);
    pairs.predicted.push_back(result.predicted[i]);
    if (bars) pairs.bar.push_back(bar);
  }
  return pairs;
}

std::string quality(const Pairs& pairs) {
  const auto n = static_cast<double>(pairs.truth.size());
  if (n == 0) return "no points";
  double mean = 0, errors = 0, total = 0, covered = 0;
  for (const double y : pairs.truth) mean += y / n;
  for (std::size_t i = 0; i < pairs.truth.size(); ++i) {
    const double error = pairs.truth[i] - pairs.predicted[i];
    errors += error * error / n;
    total += (pairs.truth[i] - mean) * (pairs.truth[i] - mean) / n;
    covered += !pairs.bar.empty() && std::abs(error) <= pairs.bar[i] ? 1 : 0;
  }
  std::string text;
  // Of equal values there is no share to explain.
  if (total > 0) text += "R\xC2\xB2 = " + number(1 - errors / total, 3) + ", ";  // R squared
  text += "RMSE = " + number(std::sqrt(errors), 3) + ", n = " + std::to_string(pairs.truth.size());
  if (!pairs.bar.empty()) text += ", " + number(100 * covered / n, 3) + " % within their bars";
  if (pairs.left_out > 0) text += ", " + std::to_string(pairs.left_out) + " not finite";
  return text;
}

// Squares of the area and how many points each has.
std::map<std::pair<int, int>, int> density(const Chart& chart, const Pairs& pairs) {
  std::map<std::pair<int, int>, int> cells;
  for (std::size_t i = 0; i < pairs.truth.size(); ++i) {
    const Point point = chart.at(pairs.truth[i], pairs.predicted[i]);
    const auto cell = [](double pixels) {
      return static_cast<int>(std::clamp(pixels, 0.0, 1e4) / density_cell);
    };
    ++cells[{cell(point.x - chart.area().x), cell(point.y - chart.area().y)}];
  }
  return cells;
}

// Steps of a factor 2: "1", "2 to 3", "4 to 7", ...
int level_of(int count) { return static_cast<int>(std::log2(count)); }

std::string level_name(int level) {
  if (level == 0) return "1 point";
  return std::to_string(1 << level) + " to " + std::to_string((2 << level) - 1);
}

}  // namespace

std::string regression_picture(const RegressionResult& result) {
  const Pairs pairs = finite_pairs("regression_picture", result);
  const bool dense = pairs.truth.size() >= many;
  std::vector<double> all = pairs.truth;
  for (std::size_t i = 0; i < pairs.predicted.size(); ++i) {
    const double bar = pairs.bar.empty() || dense ? 0 : pairs.bar[i];
    all.push_back(pairs.predicted[i] - bar);
    all.push_back(pairs.predicted[i] + bar);
  }
  const Scale scale = Scale::linear_over(all, 0.03);
  const Mark mark = {Shape::circle, hex(categorical(0)), 7};
  const Stroke bar = {hex(mix(categorical(0), {1, 1, 1}, 0.55)), 1.2};
  const Stroke equal = {"#222222", 1.5, "6 4"};
  const auto colour_of = [](int level, int levels) {
    return hex(sequential(0.95 - 0.9 * level / std::max(levels, 1)));
  };

  ChartOptions options;
  options.title = result.title;
  options.subtitle = quality(pairs);
  options.x = {"true " + result.target, scale};
  options.y = {"predicted " + result.target, scale};
  options.area_width = options.area_height = 470;
  options.legend = {{"predicted = true", {}, equal}};
  int levels = 0;
  if (dense) {
    ChartOptions bare = options;
    bare.legend.clear();
    for (const auto& [cell, count] : density(Chart(bare), pairs)) {
      levels = std::max(levels, level_of(count));
    }
    for (int level = levels; level >= 0; --level) {
      options.legend.push_back({level_name(level), {}, {}, colour_of(level, levels)});
    }
  } else {
    options.legend.push_back({"prediction", mark, {}});
    if (!pairs.bar.empty()) {
      options.legend.push_back({"95 % interval (\xC2\xB1" + number(within, 3) + " std)", {}, bar});
    }
  }

  Chart chart(options);
  Svg& svg = chart.svg();
  svg.clip(chart.area());
  if (dense) {
    std::map<int, Path> paths;
    for (const auto& [cell, count] : density(chart, pairs)) {
      const double x = chart.area().x + density_cell * cell.first;
      const double y = chart.area().y + density_cell * cell.second;
      Path& path = paths[level_of(count)];
      path.move_to({x, y});
      path.line_to({x + density_cell, y});
      path.line_to({x + density_cell, y + density_cell});
      path.line_to({x, y + density_cell});
      path.close();
    }
    for (const auto& [level, path] : paths) svg.fill(path, colour_of(level, levels), 0.3);
  } else {
    Path bars;
    std::vector<Point> points;
    for (std::size_t i = 0; i < pairs.truth.size(); ++i) {
      points.push_back(chart.at(pairs.truth[i], pairs.predicted[i]));
      if (pairs.bar.empty()) continue;
      bars.move_to(chart.at(pairs.truth[i], pairs.predicted[i] - pairs.bar[i]));
      bars.line_to(chart.at(pairs.truth[i], pairs.predicted[i] + pairs.bar[i]));
    }
    svg.stroke(bars, bar);
    svg.marks(points, mark);
  }
  svg.line(chart.at(scale.low(), scale.low()), chart.at(scale.high(), scale.high()), equal);
  svg.close();
  return chart.document();
}

}  // namespace mercer::plot
