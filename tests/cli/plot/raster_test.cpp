#include "cli/plot/raster.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "support/catch.hpp"

using namespace mercer::plot;

namespace {

// The area of the polygons of a path, whose commands are m, l and z.
double area_of(const Path& path) {
  std::string text = path.text();
  for (std::size_t k = text.size(); k-- > 1;) {
    if (text[k] == '-') text.insert(k, " ");
  }
  double area = 0;
  Point begin, at;
  char command = 0;
  for (std::size_t k = 0; k < text.size();) {
    if (std::isalpha(static_cast<unsigned char>(text[k]))) {
      command = text[k++];
      if (command == 'z') area += (at.x * begin.y - begin.x * at.y) / 2, at = begin;
      continue;
    }
    if (text[k] == ' ') {
      ++k;
      continue;
    }
    std::size_t used = 0;
    Point step;
    step.x = std::stod(text.substr(k), &used), k += used;
    step.y = std::stod(text.substr(k), &used), k += used;
    const Point next = {at.x + step.x, at.y + step.y};
    if (command == 'm') {
      begin = next, command = 'l';
    } else {
      area += (at.x * next.y - next.x * at.y) / 2;
    }
    at = next;
  }
  return std::abs(area);
}

}  // namespace

TEST_CASE("areas of all labels fill the box, each once", "[cli][plot]") {
  const Raster raster({10, 20, 120, 90}, 6);
  std::vector<int> labels(raster.size());
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const Point node = raster.node(k);
    labels[k] =
        static_cast<int>(std::floor(2 + 1.5 * std::sin(node.x / 15) + std::cos(node.y / 9)));
  }
  double all = 0;
  for (int label = -1; label <= 4; ++label) {
    all += area_of(raster.area(
        labels, label, [](const Raster::Edge& edge) { return edge.from % 3 == 0 ? 0.25 : 0.5; }));
  }
  // Places are rounded to tenths of a pixel.
  CHECK(all == Approx(120 * 90).epsilon(2e-3));
}

TEST_CASE("the area of a disc is that of a disc", "[cli][plot]") {
  const Raster raster({0, 0, 300, 300}, 6);
  const auto f = [&](std::size_t k) {
    const Point node = raster.node(k);
    return 100 - std::hypot(node.x - 150, node.y - 150);
  };
  std::vector<int> inside(raster.size());
  for (std::size_t k = 0; k < inside.size(); ++k) inside[k] = f(k) > 0;
  const auto crossing = [&](const Raster::Edge& edge) {
    return f(edge.from) / (f(edge.from) - f(edge.to));
  };
  CHECK(area_of(raster.area(inside, 1, crossing)) == Approx(3.14159265 * 1e4).epsilon(2e-3));
  CHECK(raster.area(inside, 2, crossing).empty());
  const std::vector<Raster::Edge> borders = raster.borders(inside);
  CHECK(borders.size() == Approx(2 * 4 * 100 / 6.0).epsilon(0.1));  // 8 r / step
  CHECK_FALSE(raster.border(inside, crossing).empty());
  CHECK(raster.border(std::vector<int>(raster.size(), 1), crossing).empty());
}
