#include "mercer/selection/cross_validation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/parallel.hpp"
#include "selection/evaluation.hpp"
#include "selection/fold_scores.hpp"

namespace mercer {
namespace {

constexpr const char* where = "cross_validate";

double pooled(const Score& score, const Targets& targets, const CrossValidation& result,
              const Folds& folds, const std::vector<bool>& is_complete) {
  double sum = 0;
  for (index_t i = 0; i < folds.count(); ++i) {
    if (!is_complete[i]) return arma::datum::nan;
  }
  for (const Prediction& prediction : result.predictions) sum += score.of(targets, prediction);
  return sum / static_cast<double>(folds.repeats());
}

// The first end that is no convergence, else that of the fits.
void summarise(CrossValidation& result, Status ended) {
  Report& total = result.report;
  for (const Report& report : result.reports) {
    total.iterations += report.iterations;
    total.residual = std::max(total.residual, report.residual);
    if (total.status == Status::converged) total.status = report.status;
    if (total.message.empty()) total.message = report.message;
    if (total.method.empty()) total.method = report.method;
  }
  if (ended != Status::converged) {
    const auto left = std::count_if(result.scores[0].folds.begin(), result.scores[0].folds.end(),
                                    [](double score) { return std::isnan(score); });
    total.status = ended;
    total.message = std::string(where) +
                    (ended == Status::stopped ? ": stopped by the progress callback; "
                                              : ": the time was up; ") +
                    std::to_string(left) + " of " + std::to_string(result.reports.size()) +
                    " folds are not complete";
  }
}

}  // namespace

template <class T>
CrossValidation cross_validate(const std::type_identity_t<AnyEstimator<T>>& model, const Mat<T>& X,
                               const Targets& targets, const Folds& folds,
                               const CrossValidationOptions& options) {
  const EvaluationData<T> data{
      .X = X,
      .targets = targets,
      .folds = folds,
      .scaling = options.scaling,
      .details = {.decisions = true, .deviations = options.standard_deviations},
      .threads = options.threads,
      .memory_budget = options.memory_budget};
  require_evaluation(where, model.task(), data);
  require_time_limit(where, options.time_limit);
  const std::vector<Score> scores =
      options.scores.empty() ? std::vector{default_score(model.task())} : options.scores;
  const index_t count = folds.count();
  CrossValidation out;
  out.reports.resize(count);
  out.seconds.zeros(count);
  std::vector<FoldResult> results(count);
  Mat<double> values(count, scores.size(), arma::fill::value(arma::datum::nan));
  SelectionWatch watch("folds", options.progress, options.time_limit, count);
  evaluate<T>({&model}, data, watch, [&](index_t, index_t fold, FoldResult&& result) {
    results[fold] = std::move(result);
    if (!results[fold].is_complete) return;
    const Targets truth = targets.of(folds.split(fold).test);
    for (index_t s = 0; s < scores.size(); ++s) {
      values(fold, s) = scores[s].of(truth, results[fold].prediction);
    }
  });
  std::vector<bool> is_complete;
  out.predictions.resize(folds.repeats());
  for (index_t fold = 0; fold < count; ++fold) {
    FoldResult& result = results[fold];
    if (result.error) std::rethrow_exception(result.error);
    is_complete.push_back(result.is_complete);
    out.seconds(fold) = result.seconds;
    out.reports[fold] = std::move(result.report);
    if (!result.is_complete) continue;
    Prediction& all = out.predictions[folds.repeat_of(fold)];
    if (all.is_empty()) all = Prediction::room(X.n_cols, result.prediction);
    all.put(folds.split(fold).test, result.prediction);
  }
  for (index_t s = 0; s < scores.size(); ++s) {
    out.scores.push_back(summary_of(scores[s], values.col(s)));
    out.scores[s].pooled = pooled(scores[s], targets, out, folds, is_complete);
  }
  summarise(out, watch.status());
  out.report.threads = resolve_threads(options.threads);
  out.report.seconds = watch.seconds();
  return out;
}

template CrossValidation cross_validate(const AnyEstimator<double>&, const Mat<double>&,
                                        const Targets&, const Folds&,
                                        const CrossValidationOptions&);
template CrossValidation cross_validate(const AnyEstimator<float>&, const Mat<float>&,
                                        const Targets&, const Folds&,
                                        const CrossValidationOptions&);

}  // namespace mercer
