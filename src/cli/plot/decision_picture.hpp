// What a classifier of two features decides where.
#pragma once

#include <armadillo>
#include <functional>
#include <string>
#include <vector>

namespace mercer::plot {

struct DecisionPlane {
  std::string title;
  std::string x_name;  // of the features, with their units
  std::string y_name;
  std::vector<std::string> class_names;  // c
  arma::mat points;                      // 2 x n, those of the training
  arma::uvec labels;                     // n, below c
  arma::uvec predicted;                  // n, below c; or empty: no point is marked as wrong
  arma::uvec support;                    // columns of points that are ringed
};

struct Decisions {
  arma::uvec classes;  // m, below c
  arma::vec values;    // of two classes m, positive for class 1; or empty
};

/// Must give the decisions at any points, 2 x m, in the units of the features.
using Decide = std::function<Decisions(const arma::mat& X)>;

/// The regions of the classes as SVG, with the points over them: support vectors ringed, wrong ones
/// crossed. Of two classes with decision values f, bands of f shade the regions, with lines at f =
/// 0 and at f = -1 and 1; of others, the borders are found by bisection, to a quarter of a pixel.
/// About 8000 points are asked for at once, and then the few on the borders.
/// Throws std::invalid_argument if sizes differ or a label is not below c.
std::string decision_picture(const DecisionPlane& plane, const Decide& decide);

}  // namespace mercer::plot
