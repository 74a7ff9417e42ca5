#include "cli/validation.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>
#include <variant>

#include "cli/interrupt.hpp"
#include "cli/session.hpp"
#include "mercer/core/errors.hpp"

namespace mercer::cli {
namespace {

const std::set<std::string> class_scores = {"accuracy", "balanced_accuracy", "auc", "log_loss"};

std::vector<std::string> default_scores(const FitOptions& fit, index_t classes) {
  if (task_of(fit.kind) == Task::regression) return {"rmse", "mae", "r2"};
  std::vector<std::string> names = {"accuracy", "balanced_accuracy"};
  const bool one_problem = task_of(fit.kind) == Task::novelty || !fit.against_rest;
  if (classes == 2 && one_problem) names.push_back("auc");
  if (fit.probabilities || fit.kind == Kind::gp_classifier) names.push_back("log_loss");
  return names;
}

void require_score(const std::string& name, const FitOptions& fit, index_t classes) {
  const bool of_values = task_of(fit.kind) == Task::regression;
  if (class_scores.contains(name) == of_values) {
    throw UsageError("score " + name + " has no meaning for " + to_string(fit.kind) + ", which " +
                     (of_values ? "predicts numbers" : "predicts classes"));
  }
  if (name == "log_loss" && !fit.probabilities && fit.kind != Kind::gp_classifier) {
    throw UsageError(
        "score log_loss needs probabilities: svc and nu-svc with --probabilities, or "
        "gp-classifier");
  }
  if (name == "auc" && classes != 2) {
    throw UsageError("score auc is of two classes, the target has " + std::to_string(classes));
  }
}

}  // namespace

void FoldOptions::add_to(CLI::App& command) {
  command.add_option("--folds", folds, "Parts of the rows, each held out once, default 5")
      ->check(whole_number(2, 1'000'000'000))
      ->type_name("K");
  command.add_option("--repeats", repeats, "Divisions into folds, default 1")
      ->check(whole_number(1, 1000))
      ->type_name("N");
}

Folds FoldOptions::of(const Dataset<double>& data, Task task, std::uint64_t seed) const {
  const index_t n = data.X.n_cols;
  if (folds < 2 || folds > n) {
    throw UsageError("--folds must be at least 2 and at most " + std::to_string(n) +
                     ", the rows, is " + std::to_string(folds));
  }
  if (task != Task::classification) return k_folds(n, folds, seed, repeats);
  return stratified_folds(class_codes(data.y), folds, seed, repeats);
}

Targets targets_of(const Dataset<double>& data, Task task) {
  if (task == Task::regression) return Mat<double>(data.y);
  if (task == Task::classification) return class_codes(data.y);
  if (data.y.is_empty()) return arma::ivec(data.X.n_cols, arma::fill::ones);
  if (!arma::all((data.y == 1) + (data.y == -1))) {
    throw UsageError(
        "the target of novelty detection must be +1, or -1 of novelties; --normal says which label "
        "is +1");
  }
  return class_codes(data.y);
}

std::vector<Score> scores_for(const std::vector<std::string>& names, const FitOptions& fit,
                              index_t classes) {
  std::vector<Score> out;
  for (const std::string& name : names.empty() ? default_scores(fit, classes) : names) {
    const std::vector<std::string> known = score_names();
    if (std::ranges::find(known, name) == known.end()) {
      std::string list;
      for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
      throw UsageError("a score must be one of " + list + ", is '" + name + "'");
    }
    require_score(name, fit, classes);
    out.push_back(score_named(name));
  }
  return out;
}

index_t class_count(const Targets& targets) {
  return targets.is_real() ? 0 : arma::ivec(arma::unique(targets.labels())).n_elem;
}

AnyEstimator<double> estimator_of(const AnyModel& model) {
  return std::visit(
      []<class Model>(const Model& m) -> AnyEstimator<double> {
        if constexpr (EstimatorOf<Model, double>) {
          return m;
        } else {
          throw LogicError("estimator_of: the model is not of double precision");
        }
      },
      model);
}

ProgressCallback end_after_interrupt() {
  return [](const Progress&) { return interrupted() ? Continue::no : Continue::yes; };
}

}  // namespace mercer::cli
