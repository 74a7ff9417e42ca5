// Searches that svc_grid does the work of.
#pragma once

#include <optional>
#include <vector>

#include "mercer/selection/search.hpp"
#include "mercer/selection/svc_grid.hpp"
#include "selection/evaluation.hpp"

namespace mercer {

struct GridAnswer {
  Mat<double> folds;  // candidates x folds: accuracy; NaN where missing
  Report report;      // of the whole grid
};

/// None if the models are not Svc of the same options with all combinations of some kernels and C,
/// or something else is asked than svc_grid answers.
template <class T>
std::optional<GridAnswer> answer_by_grid(const std::vector<const AnyEstimator<T>*>& models,
                                         const EvaluationData<T>& data, const Score& score,
                                         const SearchOptions& options);

}  // namespace mercer
