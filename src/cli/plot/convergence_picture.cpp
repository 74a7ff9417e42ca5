#include "cli/plot/convergence_picture.hpp"

#include <algorithm>
#include <cmath>

#include "cli/plot/chart.hpp"
#include "cli/plot/colours.hpp"

namespace mercer::plot {
namespace {

constexpr std::size_t most_records = 4000;  // of a stage
constexpr std::size_t most_names = 12;      // of stages in the legend

// A line whose pixels are shared by several points: of each column the first, least, largest and
// last, which look the same.
std::vector<Point> thinned(const std::vector<Point>& points) {
  std::vector<Point> kept;
  for (std::size_t begin = 0, end = 0; begin < points.size(); begin = end) {
    while (end < points.size() && std::floor(points[end].x) == std::floor(points[begin].x)) ++end;
    std::size_t low = begin, high = begin;
    for (std::size_t k = begin; k < end; ++k) {
      if (points[k].y < points[low].y) low = k;
      if (points[k].y > points[high].y) high = k;
    }
    std::vector<std::size_t> chosen = {begin, low, high, end - 1};
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    for (const std::size_t k : chosen) kept.push_back(points[k]);
  }
  return kept;
}

// Its name, numbered if other stages have the same one.
std::string legend_name(const std::vector<ProgressTrace::Stage>& stages, std::size_t k) {
  const auto named = [&](const auto& other) { return other.name == stages[k].name; };
  const auto here = stages.begin() + static_cast<std::ptrdiff_t>(k);
  if (std::count_if(stages.begin(), stages.end(), named) == 1) return stages[k].name;
  return stages[k].name + ' ' + std::to_string(std::count_if(stages.begin(), here, named) + 1);
}

}  // namespace

std::string convergence_picture(const std::string& title, const std::string& criterion,
                                const ProgressTrace& trace) {
  std::vector<ProgressTrace::Stage> stages;
  for (const ProgressTrace::Stage& stage : trace.stages()) {
    const bool shown = std::any_of(stage.records.begin(), stage.records.end(),
                                   [](const auto& record) { return record.criterion > 0; });
    if (shown) stages.push_back(stage);
  }
  // Iterations of different stages are not of one kind.
  const bool over_time = stages.size() > 1;
  const auto place_of = [over_time](const ProgressTrace::Record& record) {
    return over_time ? record.seconds : record.iteration;
  };
  std::vector<double> across = {0}, upwards;
  bool unshown = false;
  for (const ProgressTrace::Stage& stage : stages) {
    for (const ProgressTrace::Record& record : stage.records) {
      across.push_back(place_of(record));
      upwards.push_back(record.criterion);
      unshown = unshown || record.criterion <= 0;
    }
    upwards.push_back(stage.target);
  }

  const auto colour = [](std::size_t k) { return hex(categorical(k)); };
  const Stroke target = {"#444444", 1.4, "6 4"};
  const Mark below = {Shape::triangle, "#444444", 8};
  const bool has_target =
      std::any_of(stages.begin(), stages.end(), [](const auto& stage) { return stage.target > 0; });
  ChartOptions options;
  options.title = title;
  options.x = {over_time ? "time (s)" : "iteration", Scale::linear_over(across, 0.02)};
  options.y = {criterion, Scale::logarithmic_over(upwards)};
  for (std::size_t k = 0; k < std::min(stages.size(), most_names); ++k) {
    options.legend.push_back({legend_name(stages, k), {}, Stroke{colour(k), 2.2}});
  }
  if (stages.size() > most_names) {
    options.legend.push_back({"and " + std::to_string(stages.size() - most_names) + " more stages",
                              {},
                              Stroke{"#aaaaaa", 2.2}});
  }
  if (has_target) options.legend.push_back({"target", {}, target});
  if (unshown) options.legend.push_back({"0 or less", below, {}});

  Chart chart(options);
  Svg& svg = chart.svg();
  svg.clip(chart.area());
  std::vector<Point> at_the_edge;
  for (std::size_t k = 0; k < stages.size(); ++k) {
    std::vector<Point> points;
    for (const ProgressTrace::Record& record : stages[k].records) {
      const double x = chart.x(place_of(record));
      if (record.criterion > 0 && std::isfinite(record.criterion)) {
        points.push_back({x, chart.y(record.criterion)});
      } else if (record.criterion <= 0) {
        at_the_edge.push_back({x, chart.area().bottom() - 6});
      }
    }
    if (points.empty()) continue;
    if (stages[k].target > 0) {
      const double y = chart.y(stages[k].target);
      // One stage: across the whole picture; several: each over its own part.
      const bool one = stages.size() == 1;
      svg.line({one ? chart.area().x : points.front().x, y},
               {one ? chart.area().right() : points.back().x, y}, target);
    }
    Path path;
    for (const Point& point : thinned(points)) {
      path.empty() ? path.move_to(point) : path.line_to(point);
    }
    svg.group(stages[k].name);
    svg.stroke(path, {colour(k), 2.2});
    // Few iterations are seen one by one.
    if (points.size() <= 60) svg.marks(points, {Shape::circle, colour(k), 6});
    svg.close();
  }
  svg.marks(at_the_edge, below);
  svg.close();
  return chart.document();
}

void ProgressTrace::add(const Progress& progress) {
  const auto iteration = static_cast<double>(progress.iteration);
  const bool begins = stages_.empty() || stages_.back().name != progress.stage ||
                      iteration < stages_.back().records.back().iteration;
  if (begins) {
    stages_.push_back({std::string(progress.stage), progress.target, {}});
    stride_ = 1;
    heard_ = 0;
  }
  Stage& stage = stages_.back();
  const Record record = {iteration, progress.criterion, progress.seconds};
  // The last record makes room for the next one unless it is one of those that stay.
  const bool stays = stage.records.empty() || (heard_ - 1) % stride_ == 0;
  if (stays) {
    stage.records.push_back(record);
  } else {
    stage.records.back() = record;
  }
  stage.target = progress.target;
  ++heard_;
  if (stage.records.size() < most_records) return;
  for (std::size_t k = 0; 2 * k < stage.records.size(); ++k) {
    stage.records[k] = stage.records[2 * k];
  }
  stage.records.resize((stage.records.size() + 1) / 2);
  stage.records.back() = record;
  stride_ *= 2;
}

}  // namespace mercer::plot
