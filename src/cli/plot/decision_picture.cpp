#include "cli/plot/decision_picture.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <utility>

#include "cli/plot/chart.hpp"
#include "cli/plot/colours.hpp"
#include "cli/plot/raster.hpp"

namespace mercer::plot {
namespace {

constexpr double raster_step = 6;  // pixels; borders between the nodes are straight
constexpr int bisections = 5;      // 6 / 2^5: a fifth of a pixel

void require_plane(const DecisionPlane& plane) {
  const auto refuse = [](const std::string& what) {
    throw std::invalid_argument("decision_picture: " + what);
  };
  const arma::uword n = plane.points.n_cols;
  const std::size_t classes = plane.class_names.size();
  if (plane.points.n_rows != 2) {
    refuse("points must have 2 rows (features), has " + std::to_string(plane.points.n_rows));
  }
  if (plane.labels.n_elem != n) {
    refuse("labels must have " + std::to_string(n) + " values (one per point), has " +
           std::to_string(plane.labels.n_elem));
  }
  if (!plane.predicted.is_empty() && plane.predicted.n_elem != n) {
    refuse("predicted must have " + std::to_string(n) + " values (one per point), has " +
           std::to_string(plane.predicted.n_elem));
  }
  for (const arma::uvec* labels : {&plane.labels, &plane.predicted}) {
    if (!labels->is_empty() && labels->max() >= classes) {
      refuse("labels must be below " + std::to_string(classes) + ", there is " +
             std::to_string(labels->max()));
    }
  }
  if (!plane.support.is_empty() && plane.support.max() >= n) {
    refuse("support must be below " + std::to_string(n) + ", there is " +
           std::to_string(plane.support.max()));
  }
}

std::vector<double> row_of(const arma::mat& points, arma::uword row) {
  return arma::conv_to<std::vector<double>>::from(arma::vectorise(points.row(row)));
}

// From pixels back to the units of the features.
class Plane {
 public:
  Plane(const Chart& chart, const Axis& x, const Axis& y)
      : area_(chart.area()), x_(x.scale), y_(y.scale) {}

  arma::vec values(Point pixel) const {
    return {x_.low() + (x_.high() - x_.low()) * (pixel.x - area_.x) / area_.width,
            y_.low() + (y_.high() - y_.low()) * (area_.bottom() - pixel.y) / area_.height};
  }

 private:
  Box area_;
  Scale x_;
  Scale y_;
};

Decisions ask(const Decide& decide, const arma::mat& X, std::size_t classes) {
  Decisions decisions = decide(X);
  if (decisions.classes.n_elem != X.n_cols ||
      (!decisions.values.is_empty() && decisions.values.n_elem != X.n_cols)) {
    throw std::invalid_argument("decision_picture: decide must give one class per point");
  }
  if (decisions.classes.max() >= classes) {
    throw std::invalid_argument("decision_picture: decide must give classes below " +
                                std::to_string(classes));
  }
  return decisions;
}

std::string tint(std::size_t k, double strength) {
  return hex(mix({1, 1, 1}, categorical(k), strength));
}

// Bands of f, each over the one of the lower level.
void draw_bands(Svg& svg, const Raster& raster, const Box& area, const arma::vec& f) {
  struct Band {
    double level;
    std::size_t of_class;
    double strength;
  };
  const Band bands[] = {{-1, 0, 0.26}, {-0.5, 0, 0.16}, {0, 1, 0.16}, {0.5, 1, 0.26}, {1, 1, 0.38}};
  svg.rectangle(area, tint(0, 0.38));
  for (const Band& band : bands) {
    std::vector<int> above(raster.size());
    for (std::size_t k = 0; k < above.size(); ++k) above[k] = f[k] > band.level ? 1 : 0;
    const auto crossing = [&](const Raster::Edge& edge) {
      const double from = f[edge.from], to = f[edge.to];
      return from == to ? 0.5 : std::clamp((band.level - from) / (to - from), 0.0, 1.0);
    };
    svg.fill(raster.area(above, 1, crossing), tint(band.of_class, band.strength), 0.4);
    if (std::abs(band.level) == 0.5) continue;
    svg.stroke(raster.border(above, crossing),
               band.level == 0 ? Stroke{"#222222", 1.8} : Stroke{"#777777", 1});
  }
}

void draw_classes(Svg& svg, const Raster& raster, const Plane& plane, const Decide& decide,
                  const arma::uvec& classes, std::size_t count) {
  std::vector<int> labels(raster.size());
  for (std::size_t k = 0; k < labels.size(); ++k) labels[k] = static_cast<int>(classes[k]);
  const std::vector<Raster::Edge> edges = raster.borders(labels);
  std::vector<double> low(edges.size(), 0), high(edges.size(), 1);
  for (int round = 0; round < bisections && !edges.empty(); ++round) {
    arma::mat middles(2, edges.size());
    for (std::size_t e = 0; e < edges.size(); ++e) {
      const Point from = raster.node(edges[e].from), to = raster.node(edges[e].to);
      const double share = (low[e] + high[e]) / 2;
      middles.col(e) =
          plane.values({from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
    }
    const Decisions found = ask(decide, middles, count);
    for (std::size_t e = 0; e < edges.size(); ++e) {
      const bool as_from = found.classes[e] == classes[edges[e].from];
      (as_from ? low[e] : high[e]) = (low[e] + high[e]) / 2;
    }
  }
  std::map<std::pair<std::size_t, std::size_t>, double> places;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    places[{edges[e].from, edges[e].to}] = (low[e] + high[e]) / 2;
  }
  const auto crossing = [&](const Raster::Edge& edge) { return places.at({edge.from, edge.to}); };
  for (std::size_t c = 0; c < count; ++c) {
    svg.fill(raster.area(labels, static_cast<int>(c), crossing), tint(c, 0.28), 0.4);
  }
  svg.stroke(raster.border(labels, crossing), {"#444444", 1.2});
}

}  // namespace

std::string decision_picture(const DecisionPlane& plane, const Decide& decide) {
  require_plane(plane);
  const std::size_t classes = plane.class_names.size();
  const arma::uword n = plane.points.n_cols;
  const double size = n > 2000 ? 4.5 : n > 400 ? 6 : 8;
  const Mark ring = {Shape::ring, "#000000", size + 5};
  const Mark wrong = {Shape::cross, "#000000", n > 2000 ? size - 0.5 : size};
  std::vector<std::vector<Point>> of_class(classes);
  const bool any_wrong = !plane.predicted.is_empty() && arma::any(plane.predicted != plane.labels);

  ChartOptions options;
  options.title = plane.title;
  if (!plane.predicted.is_empty()) {
    const arma::uword right = arma::accu(plane.predicted == plane.labels);
    options.subtitle = std::to_string(right) + " of " + std::to_string(n) + " points right";
  }
  if (!plane.support.is_empty()) {
    options.subtitle += (options.subtitle.empty() ? "" : ", ") +
                        std::to_string(plane.support.n_elem) + " support vectors";
  }
  options.x = {plane.x_name, Scale::linear_over(row_of(plane.points, 0), 0.06)};
  options.y = {plane.y_name, Scale::linear_over(row_of(plane.points, 1), 0.06)};
  options.x.grid = options.y.grid = false;
  const auto mark_of = [size](std::size_t c) {
    // The tint around it is of the same hue: a dark edge tells the mark from it.
    return Mark{class_shape(c), hex(categorical(c)), size, hex(mix(categorical(c), {}, 0.6))};
  };
  for (std::size_t c = 0; c < classes; ++c) {
    options.legend.push_back({plane.class_names[c], mark_of(c), {}, tint(c, 0.28)});
  }
  if (!plane.support.is_empty()) options.legend.push_back({"support vector", ring, {}});
  if (any_wrong) options.legend.push_back({"predicted as another class", wrong, {}});

  // What the callback gives decides what stands in the legend, whose width the area depends on.
  const Chart frame(options);
  const Raster raster(frame.area(), raster_step);
  const Plane units(frame, options.x, options.y);
  arma::mat nodes(2, raster.size());
  for (std::size_t k = 0; k < raster.size(); ++k) nodes.col(k) = units.values(raster.node(k));
  const Decisions decisions = ask(decide, nodes, classes);
  const bool bands = classes == 2 && !decisions.values.is_empty();
  if (bands) {
    options.legend.push_back({"f = 0", {}, Stroke{"#222222", 1.8}});
    options.legend.push_back(
        {"f = \xC2\xB1"
         "1",
         {},
         Stroke{"#777777", 1}});
  }
  options.area_width = frame.area().width;
  options.area_height = frame.area().height;

  Chart chart(options);
  Svg& svg = chart.svg();
  svg.clip(chart.area());
  if (bands) {
    draw_bands(svg, raster, chart.area(), decisions.values);
  } else {
    draw_classes(svg, raster, units, decide, decisions.classes, classes);
  }
  std::vector<Point> ringed, crossed;
  for (arma::uword i = 0; i < n; ++i) {
    const Point point = chart.at(plane.points(0, i), plane.points(1, i));
    of_class[plane.labels[i]].push_back(point);
    if (!plane.predicted.is_empty() && plane.predicted[i] != plane.labels[i]) {
      crossed.push_back(point);
    }
  }
  for (const arma::uword i : plane.support) {
    ringed.push_back(chart.at(plane.points(0, i), plane.points(1, i)));
  }
  for (std::size_t c = 0; c < classes; ++c) {
    svg.group(plane.class_names[c]);
    svg.marks(of_class[c], mark_of(c));
    svg.close();
  }
  svg.marks(ringed, ring);
  svg.marks(crossed, wrong);
  svg.close();
  svg.rectangle(chart.area(), "none", {"#444444", 1});
  return chart.document();
}

}  // namespace mercer::plot
