// The pictures of `mercer evaluate`.
#pragma once

#include <string>
#include <vector>

#include "cli/fit_options.hpp"
#include "cli/session.hpp"
#include "mercer/data/dataset.hpp"
#include "mercer/selection/score.hpp"

namespace mercer::cli {

/// What was evaluated, and what the models said of the rows that they had not seen.
struct Evaluated {
  const FitOptions& fit;
  Scaling scaling;
  const Dataset<double>& data;
  const Prediction& predicted;  // of all rows
};

/// Writes the pictures that suit the task into the folder, and notes what is not drawn and why.
/// Decision regions and convergence are of a fit to all rows. The paths of the files.
std::vector<std::string> draw(const std::string& folder, const Evaluated& evaluated,
                              const Session& session);

}  // namespace mercer::cli
