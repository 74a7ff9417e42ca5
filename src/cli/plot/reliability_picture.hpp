// Whether predicted probabilities are what they say.
#pragma once

#include <armadillo>
#include <string>

namespace mercer::plot {

struct Probabilities {
  std::string title;
  std::string class_name;  // whose probability it is
  arma::vec probability;   // n, in [0, 1]
  arma::uvec positive;     // n: 1 for a point of the class, 0 for another
};

/// The share of the class among the points with a probability in each tenth of [0, 1], over the
/// mean probability there, as SVG, with two standard errors to both sides and the line of perfect
/// calibration; the Brier score and how many points a tenth has.
/// Throws std::invalid_argument if sizes differ or a probability is not in [0, 1].
std::string reliability_picture(const Probabilities& probabilities);

}  // namespace mercer::plot
