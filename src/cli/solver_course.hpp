// How the solver of a fit came to its end, for the picture of it.
#pragma once

#include <string>

#include "cli/plot/convergence_picture.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/model/svc.hpp"

namespace mercer::cli {

/// A callback that keeps what it hears, but for calibrations, and passes it on.
ProgressCallback listening(plot::ProgressTrace& trace, const ProgressCallback& next);

/// The end of a fit, which support vector machines do not tell.
void add_end(plot::ProgressTrace& trace, const Report& report);

/// The problem of two classes, among those of several, that took the most steps.
struct LongestProblem {
  std::string title;  // "Fit of 3 against 8, the longest of 45"
  plot::ProgressTrace trace;
  Report report;
};

/// Solves it once more, alone: side by side with the others its course is not heard. X, labels: as
/// the model was fitted to. name_of: of a class.
LongestProblem follow_longest(const Svc<double>& model, const Mat<double>& X,
                              const arma::ivec& labels,
                              FunctionRef<std::string(arma::sword)> name_of,
                              const ProgressCallback& progress);

/// What the solver drives to its target, to stand on an axis.
std::string criterion_of(const std::string& stage);

}  // namespace mercer::cli
