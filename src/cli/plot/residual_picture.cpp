#include "cli/plot/residual_picture.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "cli/plot/chart.hpp"
#include "cli/plot/colours.hpp"

namespace mercer::plot {
namespace {

constexpr double shown_deviations = 4;

// Equal bins over the range of some values, as many as Rice's rule has, 2 n^1/3.
struct Histogram {
  explicit Histogram(const std::vector<double>& values)
      : range(Scale::linear_over(values, 0)),
        counts(std::clamp<std::size_t>(
            static_cast<std::size_t>(std::ceil(2 * std::cbrt(values.size()))), 1, 80)),
        width((range.high() - range.low()) / static_cast<double>(counts.size())) {
    for (const double value : values) {
      const double last = static_cast<double>(counts.size() - 1);
      ++counts[static_cast<std::size_t>(
          std::clamp(std::floor((value - range.low()) / width), 0.0, last))];
    }
  }
  Scale range;
  std::vector<double> counts;
  double width;
};

struct Spread {
  double mean = 0;
  double deviation = 0;
};

Spread spread_of(const arma::vec& values) {
  Spread spread;
  const auto n = static_cast<double>(values.n_elem);
  double variance = 0;
  for (const double value : values) spread.mean += value / n;
  for (const double value : values) {
    variance += (value - spread.mean) * (value - spread.mean) / n;
  }
  spread.deviation = std::sqrt(variance);
  return spread;
}

}  // namespace

std::string residual_picture(const std::string& title, const std::string& target,
                             const arma::vec& residuals) {
  const arma::vec finite = residuals.elem(arma::find_finite(residuals));
  const Spread spread = spread_of(finite);
  std::vector<double> shown;
  for (const double residual : finite) {
    const bool near = std::abs(residual - spread.mean) <= shown_deviations * spread.deviation;
    if (near || spread.deviation == 0) shown.push_back(residual);
  }
  const Histogram histogram(shown);
  const auto normal = [&](double x) {  // points in a bin around x
    const double z = (x - spread.mean) / spread.deviation;
    return static_cast<double>(finite.n_elem) * histogram.width / spread.deviation *
           std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  };
  const bool curved = spread.deviation > 0 && std::isfinite(spread.deviation);
  double highest = curved ? normal(spread.mean) : 1;
  for (const double count : histogram.counts) highest = std::max(highest, count);

  const Stroke curve = {hex(categorical(3)), 2};
  const std::string fill = hex(mix(categorical(0), {1, 1, 1}, 0.35));
  ChartOptions options;
  options.title = title;
  options.subtitle = finite.is_empty() ? "no points"
                                       : "mean " + number(spread.mean, 3) +
                                             ", standard deviation " + number(spread.deviation, 3) +
                                             ", n = " + std::to_string(finite.n_elem);
  if (shown.size() < finite.n_elem) {
    options.subtitle += ", " + std::to_string(finite.n_elem - shown.size()) + " beyond the picture";
  }
  if (finite.n_elem < residuals.n_elem) {
    options.subtitle += ", " + std::to_string(residuals.n_elem - finite.n_elem) + " not finite";
  }
  // U+2212, the sign of subtraction.
  options.x = {"true \xE2\x88\x92 predicted " + target, Scale::linear_over(shown, 0.03)};
  options.y = {"points in a bin of " + number(histogram.width, 3),
               Scale::linear(0, 1.05 * highest)};
  options.x.grid = false;
  options.legend = {{"residuals", {}, {}, fill}};
  if (curved) options.legend.push_back({"normal density", {}, curve});
  Chart chart(options);
  Svg& svg = chart.svg();
  svg.clip(chart.area());
  for (std::size_t k = 0; k < histogram.counts.size(); ++k) {
    if (histogram.counts[k] == 0) continue;
    const double left = histogram.range.low() + static_cast<double>(k) * histogram.width;
    const Point corner = chart.at(left, histogram.counts[k]);
    const Point opposite = chart.at(left + histogram.width, 0);
    svg.rectangle({corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y}, fill,
                  {"#ffffff", 0.8});
  }
  if (curved) {
    constexpr int steps = 200;
    const Scale& across = options.x.scale;
    Path path;
    for (int k = 0; k <= steps; ++k) {
      const double x = across.low() + k * (across.high() - across.low()) / steps;
      const Point point = chart.at(x, normal(x));
      k == 0 ? path.move_to(point) : path.line_to(point);
    }
    svg.stroke(path, curve);
  }
  svg.close();
  return chart.document();
}

}  // namespace mercer::plot
