// What evaluate and tune share: folds, scores, and models as the library's selection takes them.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/fit_options.hpp"
#include "mercer/core/progress.hpp"
#include "mercer/data/dataset.hpp"
#include "mercer/selection/any_estimator.hpp"
#include "mercer/selection/cross_validation.hpp"
#include "mercer/selection/folds.hpp"
#include "mercer/selection/score.hpp"

namespace mercer::cli {

/// Which rows are held out together.
struct FoldOptions {
  index_t folds = 5;
  index_t repeats = 1;

  /// Adds --folds and --repeats.
  void add_to(CLI::App& command);

  /// Stratified for classes. Throws UsageError if the rows do not allow it.
  Folds of(const Dataset<double>& data, Task task, std::uint64_t seed) const;
};

/// Labels or values of the rows. Rows of novelty detection without a target are all +1.
/// Throws std::invalid_argument if the target holds no labels, UsageError if the labels of novelty
/// detection are not +1 and -1.
Targets targets_of(const Dataset<double>& data, Task task);

/// The scores of these names; without names, those that suit the task. classes: how many the target
/// has. Throws UsageError if a name is unknown, or the score is not of such models.
std::vector<Score> scores_for(const std::vector<std::string>& names, const FitOptions& fit,
                              index_t classes);

/// How many labels of the target differ; 0 of values.
index_t class_count(const Targets& targets);

/// The model of make_model.
AnyEstimator<double> estimator_of(const AnyModel& model);

/// Ends a fit after Ctrl-C, and shows nothing.
ProgressCallback end_after_interrupt();

}  // namespace mercer::cli
