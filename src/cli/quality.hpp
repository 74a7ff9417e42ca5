// How good predictions are, as figures for people and for JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/predictions.hpp"

namespace mercer::cli {

/// {"rows": 54, "accuracy": 0.87, "correct": 47, "balanced_accuracy": ..., "auc": ...} of classes,
/// {"rows": ..., "rmse": ..., "mae": ..., "r2": ...} of values. Novelty
/// detection has the share of outsiders, and the others if y holds +1 and -1. y may be empty.
nlohmann::ordered_json quality_of(Task task, const Prediction& predicted, const Col<double>& y);

/// "accuracy 0.8704 (47 of 54 rows)", for people.
std::string quality_text(const nlohmann::ordered_json& quality);

/// The certificate's figures that are numbers, by their names.
nlohmann::ordered_json certificate_json(const Certificate& certificate);

/// A number of at most four digits: "0.03123", "1.2e-05".
std::string brief(double value);

}  // namespace mercer::cli
