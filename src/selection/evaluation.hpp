// The fits of several models on the folds of a cross-validation, with what they share.
#pragma once

#include <cstddef>
#include <exception>
#include <vector>

#include "mercer/core/function_ref.hpp"
#include "mercer/selection/cross_validation.hpp"
#include "selection/selection_watch.hpp"

namespace mercer {

/// What all models are fitted to.
template <class T>
struct EvaluationData {
  const Mat<T>& X;         // d x n
  const Targets& targets;  // n
  const Folds& folds;
  Scaling scaling = Scaling::none;
  Details details = {};
  int threads = 0;
  std::size_t memory_budget = 0;
  std::vector<bool> trains = {};  // n, the rows that training parts are cut down to; empty: all
};

/// One model on one fold.
struct FoldResult {
  bool is_complete = false;  // there is a prediction
  Report report = {};
  Prediction prediction = {};  // of the rows held out
  double seconds = 0;
  std::exception_ptr error = {};  // bad input or no memory, as the model said
};

/// Throws std::invalid_argument "<where>: ..." if the sizes, the kind of targets or the classes of
/// a training part do not suit the task.
template <class T>
void require_evaluation(const char* where, Task task, const EvaluationData<T>& data);

/// Fits and predicts, and gives each result to take(model, fold, result), on any thread. Models
/// with the same kernel share its values. After a stop or the end of the time, those left are not
/// taken.
template <class T>
void evaluate(const std::vector<const AnyEstimator<T>*>& models, const EvaluationData<T>& data,
              SelectionWatch& watch,
              FunctionRef<void(index_t model, index_t fold, FoldResult&& result)> take);

}  // namespace mercer
