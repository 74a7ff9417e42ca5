// What models say of points, whatever model it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/task.hpp"
#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/model/model_file.hpp"

namespace mercer::cli {

/// "svc", "kernel ridge", ... and "(float)" for people.
std::string name_of(const AnyModel& model);

Goal goal_of(const AnyModel& model);
index_t dim_of(const AnyModel& model);
bool is_fitted(const AnyModel& model);
const Kernel& kernel_of(const AnyModel& model);

/// The classes that it tells apart, ascending; empty if it predicts something else.
arma::ivec classes_of(const AnyModel& model);

/// X: d x n; y: targets or class codes, n; not used by novelty detection.
Report fit(AnyModel& model, const Mat<double>& X, const Col<double>& y);

struct Predictions {
  Goal goal = Goal::values;
  arma::ivec classes = {};         // m: codes, or +1 and -1
  Col<double> values = {};         // m: of Goal::values
  Col<double> deviations = {};     // m: if asked for
  Mat<double> probabilities = {};  // m x classes: if asked for
  Mat<double> decisions = {};  // m x functions: of novelty detection and machines of two classes
};

struct Wanted {
  bool probabilities = false;
  bool deviations = false;
};

/// Throws UsageError if the model has no probabilities or deviations that are wanted.
Predictions predict(const AnyModel& model, const Mat<double>& X, const Wanted& wanted);

/// The certificate, computed anew from the model and its training data. Throws UsageError for
/// models that have none.
Certificate recompute(const AnyModel& model, const Mat<double>& X, const Col<double>& y);

/// The name of a class: of its code in the layout's names, or the code itself.
std::string class_name(const TableLayout& layout, arma::sword code);

}  // namespace mercer::cli
