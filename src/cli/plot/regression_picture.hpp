// Predictions of numbers against the truth.
#pragma once

#include <armadillo>
#include <string>

namespace mercer::plot {

struct RegressionResult {
  std::string title;
  std::string target;            // its name, with its unit
  arma::vec truth;               // n
  arma::vec predicted;           // n
  arma::vec standard_deviation;  // n, of an observation around its prediction; or empty
};

/// Predicted against true values as SVG, with the line where they are equal; R^2 and RMSE stand in
/// the subtitle. With standard deviations, bars of 1.96 of them to both sides, and in the subtitle
/// how many of the true values they cover. From 5000 points on, squares whose colour counts them.
/// Points that are not finite are left out and told.
/// Throws std::invalid_argument if sizes differ.
std::string regression_picture(const RegressionResult& result);

}  // namespace mercer::plot
