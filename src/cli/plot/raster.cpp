#include "cli/plot/raster.hpp"

#include <array>
#include <cmath>

namespace mercer::plot {
namespace {

Point between(Point a, Point b, double share) {
  return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
}

}  // namespace

// A cell of the grid, its corners clockwise from the upper left one.
struct Raster::Cell {
  std::array<int, 4> labels = {};
  std::array<Point, 4> corners = {};
  std::array<Point, 4> crossings = {};  // on the side from corner k to the next one
  int changes = 0;
  Point centre = {};  // of the crossings

  bool changes_after(std::size_t k) const { return labels[k] != labels[(k + 1) % 4]; }
};

Raster::Raster(const Box& box, double step)
    : box_(box),
      columns_(static_cast<std::size_t>(std::ceil(box.width / step)) + 1),
      rows_(static_cast<std::size_t>(std::ceil(box.height / step)) + 1) {}

Point Raster::node(std::size_t k) const {
  const auto share = [](std::size_t at, std::size_t count) {
    return static_cast<double>(at) / static_cast<double>(count - 1);
  };
  return {box_.x + box_.width * share(k % columns_, columns_),
          box_.y + box_.height * share(k / columns_, rows_)};
}

std::vector<Raster::Edge> Raster::borders(const std::vector<int>& labels) const {
  std::vector<Edge> edges;
  for (std::size_t k = 0; k < size(); ++k) {
    if ((k + 1) % columns_ != 0 && labels[k] != labels[k + 1]) edges.push_back({k, k + 1});
    if (k + columns_ < size() && labels[k] != labels[k + columns_]) {
      edges.push_back({k, k + columns_});
    }
  }
  return edges;
}

Raster::Cell Raster::cell(std::size_t column, std::size_t row, const std::vector<int>& labels,
                          const Crossings& crossing) const {
  const std::size_t first = row * columns_ + column;
  const std::array<std::size_t, 4> nodes = {first, first + 1, first + columns_ + 1,
                                            first + columns_};
  Cell cell;
  for (std::size_t k = 0; k < 4; ++k) {
    cell.labels[k] = labels[nodes[k]];
    cell.corners[k] = node(nodes[k]);
  }
  for (std::size_t k = 0; k < 4; ++k) {
    if (!cell.changes_after(k)) continue;
    // The two lower sides run from right to left and upwards, their edges do not.
    const std::size_t from = k < 2 ? k : (k + 1) % 4;
    const std::size_t to = k < 2 ? k + 1 : k;
    cell.crossings[k] =
        between(cell.corners[from], cell.corners[to], crossing({nodes[from], nodes[to]}));
    ++cell.changes;
    cell.centre.x += cell.crossings[k].x;
    cell.centre.y += cell.crossings[k].y;
  }
  if (cell.changes > 0) cell.centre = {cell.centre.x / cell.changes, cell.centre.y / cell.changes};
  return cell;
}

Path Raster::area(const std::vector<int>& labels, int label, const Crossings& crossing) const {
  Path path;
  const auto draw = [&path](const std::vector<Point>& polygon) {
    for (std::size_t k = 0; k < polygon.size(); ++k) {
      k == 0 ? path.move_to(polygon[k]) : path.line_to(polygon[k]);
    }
    if (!polygon.empty()) path.close();
  };
  const auto draw_run = [&](std::size_t begin, std::size_t end, std::size_t row) {
    if (begin == end) return;
    const Point upper = node(row * columns_ + begin);
    const Point lower = node((row + 1) * columns_ + end);
    draw({upper, {lower.x, upper.y}, lower, {upper.x, lower.y}});
  };
  for (std::size_t row = 0; row + 1 < rows_; ++row) {
    std::size_t run = 0;  // where a run of cells of this label only began
    for (std::size_t column = 0; column + 1 < columns_; ++column) {
      const Cell here = cell(column, row, labels, crossing);
      if (here.changes == 0 && here.labels[0] == label) continue;
      draw_run(run, column, row);
      run = column + 1;
      std::vector<Point> polygon;
      for (std::size_t k = 0; k < 4; ++k) {
        if (here.labels[k] == label) polygon.push_back(here.corners[k]);
        if (!here.changes_after(k)) continue;
        const bool leaves = here.labels[k] == label;
        if (!leaves && here.labels[(k + 1) % 4] != label) continue;
        polygon.push_back(here.crossings[k]);
        if (leaves && here.changes > 2) polygon.push_back(here.centre);
      }
      draw(polygon);
    }
    draw_run(run, columns_ - 1, row);
  }
  return path;
}

Path Raster::border(const std::vector<int>& labels, const Crossings& crossing) const {
  Path path;
  for (std::size_t row = 0; row + 1 < rows_; ++row) {
    for (std::size_t column = 0; column + 1 < columns_; ++column) {
      const Cell here = cell(column, row, labels, crossing);
      bool begun = false;
      for (std::size_t k = 0; k < 4; ++k) {
        if (!here.changes_after(k)) continue;
        if (here.changes > 2) {
          path.move_to(here.crossings[k]);
          path.line_to(here.centre);
        } else {
          begun ? path.line_to(here.crossings[k]) : path.move_to(here.crossings[k]);
          begun = true;
        }
      }
    }
  }
  return path;
}

}  // namespace mercer::plot
