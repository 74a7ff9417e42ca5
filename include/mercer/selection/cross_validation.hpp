// Cross-validation of any model.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "mercer/core/progress.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/selection/any_estimator.hpp"
#include "mercer/selection/folds.hpp"
#include "mercer/selection/score.hpp"

namespace mercer {

struct CrossValidationOptions {
  std::vector<Score> scores = {};    // empty: accuracy, or rmse of a regression
  Scaling scaling = Scaling::none;   // learnt anew from the training rows of each fold
  bool standard_deviations = false;  // predict them, where the model can
  int threads = 0;                   // 0: omp_get_max_threads(); folds side by side
  std::size_t memory_budget = 0;     // bytes of kernel values; 0: 3/4 of the machine's memory
  double time_limit = std::numeric_limits<double>::infinity();  // seconds; no fit begins later
  ProgressCallback progress = {};  // between fits, stage "folds"; the criterion is the fits left
};

/// One score over the folds.
struct ScoreSummary {
  std::string name;
  bool larger_is_better = true;
  Col<double> folds;              // of each fold; NaN if it is not complete or has no value
  double mean = 0;                // of the folds; NaN if one of them is
  double standard_deviation = 0;  // of the folds, by count - 1
  double standard_error = 0;      // of the mean, if the folds were independent
  double pooled = 0;              // of all rows of a division together, mean over the divisions
};

struct CrossValidation {
  std::vector<ScoreSummary> scores;  // as in the options
  // Of each division, n rows, each from the model that was fitted without it. Rows of folds that
  // are not complete are 0 in labels, NaN elsewhere.
  std::vector<Prediction> predictions;
  std::vector<Report> reports;  // of the fit of each fold
  Col<double> seconds;          // of each fold: fit and prediction, without shared kernel values
  Report report;                // of the whole; status of the worst fold, iterations summed
};

/// Fits a copy of the model to the training rows of each fold, and predicts the rows held out. The
/// model itself stays as it is. A fold is complete if its fit leaves a model: see Report::status.
///
/// Where the model takes kernel values, features are not scaled and 128 or more, the values of all
/// rows are computed once and serve all folds, if half of the memory budget holds them; values of
/// fewer features are sooner computed again than read. KernelRidge with
/// leave_one_out(n) takes one fit, see KernelRidgeOptions::leave_one_out. A novelty detector is
/// fitted to all training rows whatever their label, as LIBSVM does. Folds run side by side, one
/// on each thread. The same bits for any number of threads, if the model has them.
///
/// X: d x n; targets: arma::ivec of n labels (+1 and -1 for novelties), or n x t outputs; folds: of
/// n rows. Scores may be computed on several threads at once.
/// Throws std::invalid_argument on bad input: other sizes, targets of another kind, a class that
/// has no row in the training part of a fold; what the model throws, of the first such fold.
template <class T>
CrossValidation cross_validate(const std::type_identity_t<AnyEstimator<T>>& model, const Mat<T>& X,
                               const Targets& targets, const Folds& folds,
                               const CrossValidationOptions& options = {});

}  // namespace mercer
