// Which classes are taken for which.
#pragma once

#include <armadillo>
#include <string>
#include <vector>

namespace mercer::plot {

struct ConfusionTable {
  std::string title;
  std::vector<std::string> class_names;  // c
  arma::umat counts;                     // c x c: points of class i that were predicted as class j
};

/// A confusion matrix as SVG: counts, and where they fit the shares of the row; the colour of a
/// cell is its share of the row. The accuracy stands in the subtitle.
/// Throws std::invalid_argument if counts is not c x c or c is 0.
std::string confusion_picture(const ConfusionTable& table);

}  // namespace mercer::plot
