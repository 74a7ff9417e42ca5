// Models whose class is known at run time only.
#pragma once

#include <string>

#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/data/table_layout.hpp"
#include "mercer/model/model_file.hpp"
#include "mercer/selection/model_calls.hpp"

namespace mercer::cli {

/// "svc", "ridge", ... and "(float)" for people.
std::string name_of(const AnyModel& model);

Task task_of(const AnyModel& model);
index_t dim_of(const AnyModel& model);
bool is_fitted(const AnyModel& model);
const Kernel& kernel_of(const AnyModel& model);

/// The classes that it tells apart, ascending; empty if it predicts something else.
arma::ivec classes_of(const AnyModel& model);

/// X: d x n; y: targets or class codes, n; not used by novelty detection.
Report fit(AnyModel& model, const Mat<double>& X, const Col<double>& y);

/// Decision values, and probabilities if the model has them, come along where wanted asks for
/// probabilities, and of two classes at most. Throws UsageError if the model has no probabilities
/// or deviations that are wanted.
struct Wanted {
  bool probabilities = false;
  bool deviations = false;
};
Prediction predict(const AnyModel& model, const Mat<double>& X, const Wanted& wanted = {});

/// The certificate, computed anew from the model and its training data. Throws UsageError for
/// models that have none.
Certificate recompute(const AnyModel& model, const Mat<double>& X, const Col<double>& y);

/// The name of a class: of its code in the layout's names, or the code itself.
std::string class_name(const TableLayout& layout, arma::sword code);

}  // namespace mercer::cli
