// Scores over folds, and checks that cross-validation and search share.
#pragma once

#include <cmath>
#include <stdexcept>
#include <string>

#include "mercer/core/check.hpp"
#include "mercer/selection/cross_validation.hpp"

namespace mercer {

inline Score default_score(Task task) {
  return score_named(task == Task::regression ? "rmse" : "accuracy");
}

inline void require_time_limit(const char* where, double time_limit) {
  if (!(time_limit > 0)) {
    throw std::invalid_argument(std::string(where) + ": time_limit must be positive, is " +
                                shortest(time_limit));
  }
}

/// Without pooled.
inline ScoreSummary summary_of(const Score& score, const Col<double>& folds) {
  const auto count = static_cast<double>(folds.n_elem);
  ScoreSummary out{.name = score.name, .larger_is_better = score.larger_is_better, .folds = folds};
  out.mean = arma::accu(folds) / count;
  out.standard_deviation = std::sqrt(arma::accu(arma::square(folds - out.mean)) / (count - 1));
  out.standard_error = out.standard_deviation / std::sqrt(count);
  return out;
}

}  // namespace mercer
