#include "cli/plot/reliability_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "cli/plot/chart.hpp"
#include "cli/plot/colours.hpp"

namespace mercer::plot {
namespace {

constexpr std::size_t bins = 10;

struct Bin {
  double points = 0;
  double positives = 0;
  double sum = 0;  // of the probabilities
};

}  // namespace

std::string reliability_picture(const Probabilities& probabilities) {
  const arma::vec& p = probabilities.probability;
  if (probabilities.positive.n_elem != p.n_elem) {
    throw std::invalid_argument("reliability_picture: positive must have " +
                                std::to_string(p.n_elem) + " values (one per probability), has " +
                                std::to_string(probabilities.positive.n_elem));
  }
  std::array<Bin, bins> tenths;
  double brier = 0;
  for (arma::uword i = 0; i < p.n_elem; ++i) {
    if (!(p[i] >= 0 && p[i] <= 1)) {
      throw std::invalid_argument("reliability_picture: probability must be in [0, 1], is " +
                                  number(p[i], 6));
    }
    const double truth = probabilities.positive[i] != 0 ? 1 : 0;
    Bin& bin = tenths[std::min(static_cast<std::size_t>(p[i] * bins), bins - 1)];
    ++bin.points;
    bin.positives += truth;
    bin.sum += p[i];
    brier += (p[i] - truth) * (p[i] - truth) / static_cast<double>(p.n_elem);
  }

  const Scale shares = Scale::linear(-0.015, 1.015);
  const Stroke perfect = {"#666666", 1.4, "5 4"};
  const Mark mark = {Shape::circle, hex(categorical(0)), 9};
  const Stroke bar = {hex(categorical(0)), 1.4};
  const std::string fill = "#e3e3e3";
  ChartOptions options;
  options.title = probabilities.title;
  if (p.n_elem > 0) {
    options.subtitle = "Brier score " + number(brier, 3) + ", n = " + std::to_string(p.n_elem);
  }
  options.x = {"predicted probability of " + probabilities.class_name, shares};
  options.y = {"share of " + probabilities.class_name, shares};
  options.legend = {{"perfect calibration", {}, perfect},
                    {"share in a tenth", mark, {}},
                    {"two standard errors", {}, bar},
                    {"points (largest: " +
                         [&] {
                           double most = 0;
                           for (const Bin& bin : tenths) most = std::max(most, bin.points);
                           return number(most, 7);
                         }() +
                         ")",
                     {},
                     {},
                     fill}};
  options.area_width = options.area_height = 470;
  Chart chart(options);
  Svg& svg = chart.svg();
  double most = 1;
  for (const Bin& bin : tenths) most = std::max(most, bin.points);
  for (std::size_t k = 0; k < bins; ++k) {
    if (tenths[k].points == 0) continue;
    // A fifth of the height for the fullest: the histogram stays below the curve.
    const double left = static_cast<double>(k) / bins;
    const Point corner = chart.at(left, 0.2 * tenths[k].points / most);
    const Point opposite = chart.at(left + 1.0 / bins, 0);
    svg.rectangle({corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y}, fill,
                  {"#ffffff", 1});
  }
  svg.line(chart.at(0, 0), chart.at(1, 1), perfect);
  Path curve, errors;
  std::vector<Point> points;
  for (const Bin& bin : tenths) {
    if (bin.points == 0) continue;
    const double share = bin.positives / bin.points;
    const double error = 2 * std::sqrt(share * (1 - share) / bin.points);
    const double at = bin.sum / bin.points;
    points.push_back(chart.at(at, share));
    errors.move_to(chart.at(at, std::max(0.0, share - error)));
    errors.line_to(chart.at(at, std::min(1.0, share + error)));
    curve.empty() ? curve.move_to(points.back()) : curve.line_to(points.back());
  }
  svg.stroke(curve, {hex(categorical(0)), 2});
  svg.stroke(errors, bar);
  svg.marks(points, mark);
  return chart.document();
}

}  // namespace mercer::plot
