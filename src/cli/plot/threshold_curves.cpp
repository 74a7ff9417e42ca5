#include "cli/plot/threshold_curves.hpp"

#include <cmath>
#include <functional>
#include <stdexcept>

#include "cli/plot/chart.hpp"
#include "cli/plot/colours.hpp"

namespace mercer::plot {
namespace {

// How many positives and points have a score at or above each of the thresholds.
struct Counts {
  std::vector<double> positives;
  std::vector<double> points;
};

Counts count(const char* where, const ClassScores& scores) {
  const auto refuse = [where](const std::string& what) {
    throw std::invalid_argument(std::string(where) + ": " + what);
  };
  if (scores.positive.n_elem != scores.scores.n_elem) {
    refuse("positive must have " + std::to_string(scores.scores.n_elem) +
           " values (one per score), has " + std::to_string(scores.positive.n_elem));
  }
  if (!scores.scores.is_finite()) refuse("scores must be finite");
  if (!arma::any(scores.positive)) refuse("there are no positives");
  const arma::uvec order = arma::stable_sort_index(scores.scores, "descend");
  Counts counts;
  double positives = 0;
  for (arma::uword k = 0; k < order.n_elem; ++k) {
    positives += scores.positive[order[k]] != 0 ? 1 : 0;
    const bool last =
        k + 1 == order.n_elem || scores.scores[order[k + 1]] != scores.scores[order[k]];
    if (!last) continue;
    counts.positives.push_back(positives);
    counts.points.push_back(static_cast<double>(k + 1));
  }
  return counts;
}

double share_of_positives(const ClassScores& scores) {
  return static_cast<double>(arma::uvec(arma::find(scores.positive)).n_elem) /
         static_cast<double>(scores.positive.n_elem);
}

// Points closer than a third of a pixel add bytes and nothing to see; the last one is kept.
std::vector<Point> thinned(const std::vector<Point>& points) {
  std::vector<Point> kept;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const bool far = kept.empty() || std::abs(points[k].x - kept.back().x) > 0.3 ||
                     std::abs(points[k].y - kept.back().y) > 0.3;
    if (far || k + 1 == points.size()) kept.push_back(points[k]);
  }
  return kept;
}

// Of three lines without dashes nobody takes one for another, of seven some readers do. 35 differ.
Stroke stroke_of(std::size_t k) {
  constexpr const char* dashes[] = {"", "9 3", "3 2", "12 3 3 3"};
  return {hex(categorical(k)), 2.2, dashes[k / 3 % 4]};
}

struct Curve {
  std::vector<Point> points;
  std::string measure;  // "AUC 0.93"
};

std::string picture(ChartOptions options, const std::vector<ClassScores>& classes,
                    const LegendEntry& chance,
                    const std::function<Curve(const ClassScores&)>& curve_of,
                    const std::function<void(Chart&)>& draw_below) {
  options.legend = {chance};
  std::vector<Curve> curves(classes.size());
  for (std::size_t k = 0; k < classes.size(); ++k) {
    LegendEntry entry;
    entry.line = stroke_of(k);
    try {
      curves[k] = curve_of(classes[k]);
      entry.label = curves[k].measure;
    } catch (const std::invalid_argument&) {
      entry.label = "no curve";
      entry.line->colour = "#cccccc";
    }
    // The measure is short and counts; a long name is cut before it.
    const std::string measure = ": " + entry.label;
    const double room = longest_entry - text_width(measure, legend_size);
    if (!classes[k].name.empty()) {
      entry.label = shorten(classes[k].name, legend_size, room) + measure;
    }
    options.legend.push_back(entry);
  }
  options.area_width = options.area_height = 470;
  Chart chart(options);
  draw_below(chart);
  for (std::size_t k = classes.size(); k-- > 0;) {
    std::vector<Point> pixels;
    for (const Point& point : curves[k].points) pixels.push_back(chart.at(point.x, point.y));
    Path path;
    for (const Point& pixel : thinned(pixels)) {
      path.empty() ? path.move_to(pixel) : path.line_to(pixel);
    }
    if (path.empty()) continue;
    chart.svg().group(classes[k].name.empty() ? curves[k].measure
                                              : classes[k].name + ": " + curves[k].measure);
    chart.svg().stroke(path, stroke_of(k));
    chart.svg().close();
  }
  return chart.document();
}

const Scale shares = Scale::linear(-0.015, 1.015);

}  // namespace

RocCurve roc_curve(const ClassScores& scores) {
  const Counts counts = count("roc_curve", scores);
  const double positives = counts.positives.back();
  const double negatives = counts.points.back() - positives;
  if (negatives == 0) throw std::invalid_argument("roc_curve: there are no negatives");
  const arma::uword n = counts.points.size() + 1;
  RocCurve curve{arma::vec(n, arma::fill::zeros), arma::vec(n, arma::fill::zeros), 0};
  for (arma::uword k = 1; k < n; ++k) {
    curve.true_positive_rate[k] = counts.positives[k - 1] / positives;
    curve.false_positive_rate[k] = (counts.points[k - 1] - counts.positives[k - 1]) / negatives;
    curve.area += (curve.false_positive_rate[k] - curve.false_positive_rate[k - 1]) *
                  (curve.true_positive_rate[k] + curve.true_positive_rate[k - 1]) / 2;
  }
  return curve;
}

PrecisionRecallCurve precision_recall_curve(const ClassScores& scores) {
  const Counts counts = count("precision_recall_curve", scores);
  const arma::uword n = counts.points.size();
  PrecisionRecallCurve curve{arma::vec(n), arma::vec(n), 0};
  for (arma::uword k = 0; k < n; ++k) {
    curve.recall[k] = counts.positives[k] / counts.positives.back();
    curve.precision[k] = counts.positives[k] / counts.points[k];
    curve.average_precision +=
        (curve.recall[k] - (k > 0 ? curve.recall[k - 1] : 0)) * curve.precision[k];
  }
  return curve;
}

std::string roc_picture(const std::string& title, const std::vector<ClassScores>& classes) {
  const Stroke chance = {"#666666", 1.4, "5 4"};
  ChartOptions options;
  options.title = title;
  options.x = {"false positive rate (share of the negatives)", shares};
  options.y = {"true positive rate (share of the positives)", shares};
  return picture(
      options, classes, {"chance: AUC 0.5", {}, chance},
      [](const ClassScores& scores) {
        const RocCurve roc = roc_curve(scores);
        Curve curve{{}, "AUC " + number(roc.area, 3)};
        for (arma::uword k = 0; k < roc.false_positive_rate.n_elem; ++k) {
          curve.points.push_back({roc.false_positive_rate[k], roc.true_positive_rate[k]});
        }
        return curve;
      },
      [&](Chart& chart) { chart.svg().line(chart.at(0, 0), chart.at(1, 1), chance); });
}

std::string precision_recall_picture(const std::string& title,
                                     const std::vector<ClassScores>& classes) {
  ChartOptions options;
  options.title = title;
  options.x = {"recall (share of the positives found)", shares};
  options.y = {"precision (share of the found that are positive)", shares};
  return picture(
      options, classes, {"share of positives", {}, Stroke{"#666666", 1.4, "2 4"}},
      [](const ClassScores& scores) {
        const PrecisionRecallCurve found = precision_recall_curve(scores);
        Curve curve{{{0, found.precision[0]}}, "AP " + number(found.average_precision, 3)};
        // Between two thresholds there is none: steps, whose area is the average precision.
        for (arma::uword k = 0; k < found.recall.n_elem; ++k) {
          curve.points.push_back({curve.points.back().x, found.precision[k]});
          curve.points.push_back({found.recall[k], found.precision[k]});
        }
        return curve;
      },
      [&](Chart& chart) {
        for (std::size_t k = 0; k < classes.size(); ++k) {
          if (classes[k].positive.is_empty()) continue;
          const double share = share_of_positives(classes[k]);
          chart.svg().line(chart.at(0, share), chart.at(1, share),
                           {hex(categorical(k)), 1.4, "2 4"});
        }
      });
}

}  // namespace mercer::plot
