#include "cli/quality.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "mercer/data/dataset.hpp"
#include "mercer/data/metrics.hpp"

namespace mercer::cli {
namespace {

// The mean share of right predictions over the classes that y holds.
double balanced_accuracy(const ConfusionMatrix& confusion) {
  double sum = 0, classes = 0;
  for (index_t c = 0; c < confusion.classes.n_elem; ++c) {
    const auto rows = static_cast<double>(arma::accu(confusion.counts.row(c)));
    if (rows == 0) continue;
    sum += static_cast<double>(confusion.counts(c, c)) / rows;
    classes += 1;
  }
  return sum / classes;
}

// - mean log of the probability that was given to the true class.
double log_loss(const Mat<double>& probabilities, const arma::ivec& classes,
                const arma::ivec& labels) {
  double sum = 0;
  for (index_t i = 0; i < labels.n_elem; ++i) {
    const arma::uvec place = arma::find(classes == labels(i));
    const double p = place.is_empty() ? 0 : probabilities(i, place(0));
    sum -= std::log(std::max(p, 1e-15));
  }
  return sum / static_cast<double>(labels.n_elem);
}

void add_class_quality(nlohmann::ordered_json& out, const Predictions& predictions,
                       const arma::ivec& classes, const arma::ivec& labels) {
  const ConfusionMatrix confusion = confusion_matrix(labels, predictions.classes);
  out["accuracy"] = accuracy(labels, predictions.classes);
  out["correct"] = arma::accu(labels == predictions.classes);
  out["balanced_accuracy"] = balanced_accuracy(confusion);
  if (predictions.decisions.n_cols == 1 && arma::ivec(arma::unique(labels)).n_elem == 2) {
    out["auc"] = auc(labels, predictions.decisions);
  }
  if (!predictions.probabilities.is_empty()) {
    out["log_loss"] = log_loss(predictions.probabilities, classes, labels);
  }
}

}  // namespace

nlohmann::ordered_json quality_of(const Predictions& predictions, const arma::ivec& classes,
                                  const Col<double>& y) {
  nlohmann::ordered_json out;
  if (predictions.goal == Goal::novelty) {
    out["rows"] = predictions.classes.n_elem;
    out["outside"] = arma::accu(predictions.classes == -1);
    if (!y.is_empty() && arma::all((y == 1) + (y == -1))) {
      add_class_quality(out, predictions, classes, class_codes(y));
    }
    return out;
  }
  if (y.is_empty()) return out;
  out["rows"] = y.n_elem;
  if (predictions.goal == Goal::classes) {
    add_class_quality(out, predictions, classes, class_codes(y));
    return out;
  }
  out["rmse"] = rmse<double>(y, predictions.values);
  out["mean_absolute_error"] = arma::mean(arma::abs(y - predictions.values));
  if (y.min() < y.max()) out["r_squared"] = r_squared<double>(y, predictions.values);
  if (!predictions.deviations.is_empty()) {
    const Col<double> distance = arma::abs(y - predictions.values) / predictions.deviations;
    out["within_two_deviations"] =
        static_cast<double>(arma::accu(distance <= 2)) / static_cast<double>(y.n_elem);
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
