#include "cli/quality.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "mercer/data/dataset.hpp"
#include "mercer/data/metrics.hpp"

namespace mercer::cli {
namespace {

void add_class_quality(nlohmann::ordered_json& out, const Prediction& predicted,
                       const arma::ivec& labels) {
  out["accuracy"] = accuracy(labels, predicted.labels);
  out["correct"] = arma::accu(labels == predicted.labels);
  out["balanced_accuracy"] = balanced_accuracy(labels, predicted.labels);
  if (predicted.decision_values.n_cols == 1 && arma::ivec(arma::unique(labels)).n_elem == 2) {
    out["auc"] = auc(labels, predicted.decision_values);
  }
  if (!predicted.probabilities.is_empty()) {
    out["log_loss"] = log_loss(labels, predicted.probabilities, predicted.classes);
  }
}

void add_value_quality(nlohmann::ordered_json& out, const Prediction& predicted,
                       const Col<double>& y) {
  out["rmse"] = rmse<double>(y, predicted.values);
  out["mae"] = mean_absolute_error<double>(y, predicted.values);
  if (y.min() < y.max()) out["r2"] = r_squared<double>(y, predicted.values);
  if (predicted.standard_deviations.is_empty()) return;
  const Col<double> distance = arma::abs(y - predicted.values.col(0));
  out["within_two_deviations"] =
      static_cast<double>(arma::accu(distance <= 2 * predicted.standard_deviations)) /
      static_cast<double>(y.n_elem);
}

}  // namespace

nlohmann::ordered_json quality_of(Task task, const Prediction& predicted, const Col<double>& y) {
  nlohmann::ordered_json out;
  if (task == Task::novelty) {
    out["rows"] = predicted.labels.n_elem;
    out["outside"] = arma::accu(predicted.labels == -1);
    const bool is_labelled = !y.is_empty() && arma::all((y == 1) + (y == -1));
    if (is_labelled) add_class_quality(out, predicted, class_codes(y));
  } else if (!y.is_empty()) {
    out["rows"] = y.n_elem;
    if (task == Task::classification) {
      add_class_quality(out, predicted, class_codes(y));
    } else {
      add_value_quality(out, predicted, y);
    }
  }
  return out;
}

std::string quality_text(const nlohmann::ordered_json& quality) {
  std::string out;
  for (const auto& [name, value] : quality.items()) {
    if (name == "rows" || name == "correct") continue;
    std::string words = name;
    std::replace(words.begin(), words.end(), '_', ' ');
    out += (out.empty() ? "" : ", ") + words + " " +
           (value.is_number_float() ? brief(value.get<double>()) : value.dump());
    if (name == "accuracy") out += " (" + quality["correct"].dump() + " right)";
  }
  if (quality.contains("rows")) out += " on " + quality["rows"].dump() + " rows";
  return out;
}

nlohmann::ordered_json certificate_json(const Certificate& certificate) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  const auto add = [&](const char* name, double value) {
    if (!std::isnan(value)) out[name] = value;
  };
  add("primal_objective", certificate.primal_objective);
  add("dual_objective", certificate.dual_objective);
  add("gap", certificate.gap);
  add("violation", certificate.violation);
  add("decision_error", certificate.decision_error);
  add("relative_residual", certificate.relative_residual);
  add("backward_error", certificate.backward_error);
  add("prediction_error", certificate.prediction_error);
  return out;
}

std::string brief(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace mercer::cli
