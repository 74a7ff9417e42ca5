// Areas and borders of what is known at the nodes of a grid.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "cli/plot/svg.hpp"

namespace mercer::plot {

/// Nodes at equal steps over a box, and on each edge of the grid between two nodes the place where
/// one changes into the other, as a share of the way from its left or upper end.
class Raster {
 public:
  /// Steps of at most `step` pixels.
  Raster(const Box& box, double step);

  std::size_t size() const { return columns_ * rows_; }
  Point node(std::size_t k) const;  // pixels; row by row

  struct Edge {
    std::size_t from = 0;  // nodes: the left or upper one,
    std::size_t to = 0;    // the right or lower one
  };
  /// The edges whose ends differ.
  std::vector<Edge> borders(const std::vector<int>& labels) const;

  using Crossings = std::function<double(const Edge&)>;

  /// The area of the nodes with this label, by marching squares. Where three or more borders meet
  /// in a cell, they do so in their centre.
  Path area(const std::vector<int>& labels, int label, const Crossings& crossing) const;

  /// The lines between different labels.
  Path border(const std::vector<int>& labels, const Crossings& crossing) const;

 private:
  struct Cell;
  Cell cell(std::size_t column, std::size_t row, const std::vector<int>& labels,
            const Crossings& crossing) const;

  Box box_;
  std::size_t columns_;
  std::size_t rows_;
};

}  // namespace mercer::plot
