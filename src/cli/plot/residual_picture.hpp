// How far predictions of numbers are from the truth.
#pragma once

#include <armadillo>
#include <string>

namespace mercer::plot {

/// The histogram of true - predicted values of a target (its name with its unit) as SVG, with the
/// normal density of their mean and spread. Those more than four standard deviations from the mean,
/// or not finite, are left out and counted in the subtitle.
std::string residual_picture(const std::string& title, const std::string& target,
                             const arma::vec& residuals);

}  // namespace mercer::plot
