// A score over a grid of two parameters.
#pragma once

#include <armadillo>
#include <optional>
#include <string>
#include <vector>

namespace mercer::plot {

struct GridAxis {
  std::string name;            // with its unit, if it has one
  std::vector<double> values;  // one for each row or column of cells
};

struct GridCell {
  arma::uword row = 0;
  arma::uword column = 0;
};

struct GridSurface {
  std::string title;
  GridAxis x;              // c values
  GridAxis y;              // r values
  arma::mat score;         // r x c, row 0 below; NaN where the grid was not run
  std::string score_name;  // with its unit
  std::optional<GridCell> best = {};
};

/// A heat map as SVG: one cell for each pair of values, axes by the values' powers of 2 or 10 where
/// they are powers, a bar of the colours, the scores in the cells where they fit, the best cell
/// framed and named in the subtitle, cells that were not run hatched.
/// Throws std::invalid_argument if score has not a row per value of y and a column per value of x,
/// there are no values, or best is outside.
std::string heat_map(const GridSurface& surface);

}  // namespace mercer::plot
