// The ascent of a marginal likelihood over the logarithms of parameters.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "core/checkpoint.hpp"
#include "mercer/core/function_ref.hpp"
#include "mercer/core/report.hpp"
#include "mercer/model/hyperparameters.hpp"
#include "model/fit_watch.hpp"

namespace mercer {

/// log p at theta and, unless it is empty, its gradient; -infinity where there is none. poll is to
/// be called between pieces of work.
using LikelihoodFunction =
    FunctionRef<double(std::span<const double> theta, std::span<double> gradient, Poll poll)>;

/// The best that was seen.
struct Ascent {
  std::vector<double> theta;  // empty if the likelihood has no value at the start
  double value = -std::numeric_limits<double>::infinity();
  double derivative = 0;  // the largest that no bound stops
  index_t evaluations = 0;
  Status status = Status::converged;  // or iteration_limit, time_limit, stopped
};

/// Throws std::invalid_argument "<where>: search.range must be ..." on options out of range.
void require_search(const char* where, const HyperparameterOptions& options);

/// Climbs from theta, then from restarts. NonFiniteError at the first theta goes through; later it
/// is a place without a value. section: where all evaluations are kept; those that are there
/// already are not computed again, nor told to the watch.
Ascent ascend(const char* where, LikelihoodFunction likelihood, std::span<const double> theta,
              const HyperparameterOptions& options, FitWatch& watch,
              CheckpointSection section = {});

}  // namespace mercer
