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
  if (total > 0) text += "R\xC2\xB2 = " + number(1 - errors / total, 3) + ",  ";  // R squared
  text += "RMSE = " + number(std::sqrt(errors), 3) + ",  n = " + std::to_string(pairs.truth.size());
  if (!pairs.bar.empty()) text += ",  " + number(100 * covered / n, 3) + " % within their bars";
  if (pairs.left_out > 0) text += ",  " + std::to_string(pairs.left_out) + " not finite";
  return text;
}

// Squares of the area and how many points each has.
std::map<std::pair<int, int>, int> density(const Chart& chart, const Pairs& pairs) {
  std::map<std::pair<int, int>, int> cells;
  for (std::size_t i = 0; i < pairs.truth.size(); ++i) {
    const Point point = chart.at(pairs.truth[i], pairs.predicted[i]);
    ++cells[{static_cast<int>((point.x - chart.area().x) / density_cell),
             static_cast<int>((point.y - chart.area().y) / density_cell)}];
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
  const Mark mark = {Shape::circle, hex(categorical(0)), 7, 0.75};
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
    options.legend.push_back({"point", mark, {}});
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

std::string residual_picture(const RegressionResult& result) {
  const Pairs pairs = finite_pairs("residual_picture", result);
  std::vector<double> residuals;
  for (std::size_t i = 0; i < pairs.truth.size(); ++i) {
    residuals.push_back(pairs.truth[i] - pairs.predicted[i]);
  }
  const auto n = static_cast<double>(residuals.size());
  const Scale range = Scale::linear_over(residuals, 0);
  // Bins as Rice's rule has them, 2 n^1/3.
  const int bins = std::clamp(static_cast<int>(std::ceil(2 * std::cbrt(n))), 1, 80);
  const double width = (range.high() - range.low()) / bins;
  std::vector<double> counts(static_cast<std::size_t>(bins), 0);
  double mean = 0, variance = 0;
  for (const double residual : residuals) {
    const int bin = static_cast<int>((residual - range.low()) / width);
    ++counts[static_cast<std::size_t>(std::clamp(bin, 0, bins - 1))];
    mean += residual / n;
  }
  for (const double residual : residuals) variance += (residual - mean) * (residual - mean) / n;
  const double spread = std::sqrt(variance);
  const auto normal = [&](double x) {  // points in a bin around x
    const double z = (x - mean) / spread;
    return n * width / spread * 0.3989422804014327 * std::exp(-z * z / 2);  // 1 / sqrt(2 pi)
  };
  double highest = spread > 0 ? normal(mean) : 0;
  for (const double value : counts) highest = std::max(highest, value);

  const Stroke curve = {hex(categorical(3)), 2};
  const std::string fill = hex(mix(categorical(0), {1, 1, 1}, 0.35));
  ChartOptions options;
  options.title = result.title;
  options.subtitle = n > 0 ? "mean " + number(mean, 3) + ",  standard deviation " +
                                 number(spread, 3) + ",  n = " + std::to_string(residuals.size())
                           : "no points";
  options.x = {"true \xE2\x88\x92 predicted " + result.target, Scale::linear_over(residuals, 0.03)};
  options.y = {"points in a bin of " + number(width, 3), Scale::linear(0, 1.05 * highest)};
  options.x.grid = false;
  options.legend = {{"residuals", {}, {}, fill}, {"normal of this mean and spread", {}, curve}};
  Chart chart(options);
  chart.svg().clip(chart.area());
  for (int k = 0; k < bins; ++k) {
    const double count = counts[static_cast<std::size_t>(k)];
    if (count == 0) continue;
    const Point corner = chart.at(range.low() + k * width, count);
    const Point opposite = chart.at(range.low() + (k + 1) * width, 0);
    chart.svg().rectangle({corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y}, fill,
                          {"#ffffff", 0.8});
  }
  if (spread > 0) {
    Path path;
    for (int k = 0; k <= 200; ++k) {
      const double x =
          options.x.scale.low() + k * (options.x.scale.high() - options.x.scale.low()) / 200;
      k == 0 ? path.move_to(chart.at(x, normal(x))) : path.line_to(chart.at(x, normal(x)));
    }
    chart.svg().stroke(path, curve);
  }
  chart.svg().close();
  return chart.document();
}

}  // namespace mercer::plot
