#include "mercer/selection/search.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "mercer/core/check.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"
#include "selection/evaluation.hpp"
#include "selection/fold_scores.hpp"
#include "selection/grid_route.hpp"
#include "selection/halving_rows.hpp"

namespace mercer {
namespace {

std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& own) {
    return own.what();
  }
}

// What the rounds of a search share: the models, and the table that they fill.
template <class T>
class Search {
 public:
  Search(const char* where, const MakeModel<T>& make, const std::vector<Parameters>& candidates,
         const Mat<T>& X, const Targets& targets, const Folds& folds, const SearchOptions& options)
      : where_(where),
        options_(options),
        data_{.X = X,
              .targets = targets,
              .folds = folds,
              .scaling = options.scaling,
              .threads = options.threads,
              .memory_budget = options.memory_budget} {
    if (candidates.empty()) {
      throw std::invalid_argument(std::string(where) + ": there is no candidate");
    }
    require_time_limit(where, options.time_limit);
    for (const Parameters& own : candidates) models_.push_back(make(own));
    for (index_t m = 0; m < models_.size(); ++m) {
      if (models_[m].task() != models_[0].task()) {
        throw std::invalid_argument(std::string(where) + ": candidates must have the same task, " +
                                    std::to_string(m) + " has another one than 0");
      }
    }
    score_ = options.score ? *options.score : default_score(models_[0].task());
    data_.details.decisions = score_.needs_details;
    require_evaluation(where, models_[0].task(), data_);
    table_.score = score_.name;
    table_.larger_is_better = score_.larger_is_better;
    for (const Parameters& own : candidates) {
      table_.rows.push_back(
          scored(Col<double>(folds.count(), arma::fill::value(arma::datum::nan))));
      table_.rows.back().parameters = own;
    }
  }

  SearchTable all() {
    if (!by_grid()) {
      const index_t fits = models_.size() * data_.folds.count();
      SelectionWatch watch("search", options_.progress, options_.time_limit, fits);
      run(everyone(), watch, 0, data_.X.n_cols);
      conclude(watch);
    }
    return finished();
  }

  SearchTable halve(const HalvingOptions& halving) {
    const index_t n = data_.X.n_cols;
    const arma::uvec order = halving_order(data_.targets, data_.folds, halving.seed);
    const std::vector<HalvingRound> rounds =
        halving_rounds(n, models_.size(), halving.factor, halving.min_rows);
    index_t fits = 0;
    for (const HalvingRound& round : rounds) fits += round.candidates * data_.folds.count();
    SelectionWatch watch("search", options_.progress, options_.time_limit, fits);
    std::vector<index_t> members = everyone();
    for (index_t r = 0; r < rounds.size() && !watch.ended(); ++r) {
      data_.trains.assign(rounds[r].rows < n ? n : 0, false);
      if (rounds[r].rows < n) {
        for (const index_t row : order.head(rounds[r].rows)) data_.trains[row] = true;
      }
      require_evaluation(where_, models_[0].task(), data_);
      members.resize(rounds[r].candidates);
      std::sort(members.begin(), members.end());
      run(members, watch, r, rounds[r].rows);
      sort(members);
    }
    conclude(watch);
    return finished();
  }

 private:
  std::vector<index_t> everyone() const {
    std::vector<index_t> out(models_.size());
    for (index_t m = 0; m < out.size(); ++m) out[m] = m;
    return out;
  }

  // Cross-validates the members; `rows` of all train. What a round has begun but not finished when
  // the search ends leaves the rows of the round before.
  void run(const std::vector<index_t>& members, SelectionWatch& watch, index_t round,
           index_t rows) {
    const index_t count = data_.folds.count();
    std::vector<const AnyEstimator<T>*> models;
    for (const index_t m : members) models.push_back(&models_[m]);
    std::vector<std::vector<std::optional<FoldResult>>> results(
        members.size(), std::vector<std::optional<FoldResult>>(count));
    Mat<double> scores(members.size(), count, arma::fill::value(arma::datum::nan));
    evaluate<T>(models, data_, watch, [&](index_t k, index_t fold, FoldResult&& result) {
      if (result.is_complete) {
        const arma::uvec held_out = data_.folds.split(fold).test;
        scores(k, fold) = score_.of(data_.targets.of(held_out), result.prediction);
      }
      result.prediction = {};
      results[k][fold] = std::move(result);
    });
    for (index_t k = 0; k < members.size(); ++k) {
      SearchRow row = row_of(results[k], scores.row(k).t(), watch.status());
      SearchRow& own = table_.rows[members[k]];
      own.seconds += row.seconds;
      if (round > 0 && watch.ended() && std::isnan(row.mean) && row.status != "failed") continue;
      row.parameters = own.parameters;
      row.seconds = own.seconds;
      row.round = round;
      row.training_rows = rows;
      own = std::move(row);
    }
  }

  SearchRow row_of(const std::vector<std::optional<FoldResult>>& results, const Col<double>& scores,
                   Status ended) {
    SearchRow row = scored(scores);
    for (const std::optional<FoldResult>& result : results) {
      if (result) add(*result, row);
    }
    const bool some_left =
        std::any_of(results.begin(), results.end(), [](const auto& result) { return !result; });
    if (row.status == to_string(Status::converged) && some_left) row.status = to_string(ended);
    return row;
  }

  SearchRow scored(const Col<double>& folds) const {
    const ScoreSummary summary = summary_of(score_, folds);
    return {.parameters = Parameters({}),
            .folds = folds,
            .mean = summary.mean,
            .standard_deviation = summary.standard_deviation,
            .status = "not run"};
  }

  // The worst of the folds: failed, another end than converged, converged, not run.
  void add(const FoldResult& result, SearchRow& row) {
    row.seconds += result.seconds;
    table_.report.iterations += result.report.iterations;
    table_.report.residual = std::max(table_.report.residual, result.report.residual);
    if (table_.report.method.empty()) table_.report.method = result.report.method;
    if (row.status == "failed") return;
    if (result.error) {
      row.status = "failed";
      row.message = message_of(result.error);
    } else if (row.status == "not run" || row.status == "converged") {
      row.status = to_string(result.report.status);
      row.message = result.report.message;
    }
  }

  // svc_grid's table, if it has one.
  bool by_grid() {
    std::vector<const AnyEstimator<T>*> models;
    for (const AnyEstimator<T>& own : models_) models.push_back(&own);
    const std::optional<GridAnswer> answer = answer_by_grid(models, data_, score_, options_);
    if (!answer) return false;
    table_.report = answer->report;
    for (index_t m = 0; m < models_.size(); ++m) {
      SearchRow& row = table_.rows[m];
      const Parameters parameters = row.parameters;
      row = scored(answer->folds.row(m).t());
      row.parameters = parameters;
      row.seconds = answer->report.seconds / static_cast<double>(models_.size());
      row.training_rows = data_.X.n_cols;
      const bool is_limit = answer->report.status == Status::iteration_limit;
      if (!std::isnan(row.mean)) row.status = is_limit ? "iteration limit" : "converged";
    }
    return true;
  }

  // Those of later rounds first, then by the mean, then as the candidates came.
  void sort(std::vector<index_t>& members) const {
    std::stable_sort(members.begin(), members.end(), [&](index_t a, index_t b) {
      const SearchRow& x = table_.rows[a];
      const SearchRow& y = table_.rows[b];
      if (std::isnan(x.mean) || std::isnan(y.mean))
        return !std::isnan(x.mean) && std::isnan(y.mean);
      if (x.round != y.round) return x.round > y.round;
      return score_.larger_is_better ? x.mean > y.mean : x.mean < y.mean;
    });
  }

  void conclude(const SelectionWatch& watch) {
    Report& report = table_.report;
    report.status = watch.status();
    report.seconds = watch.seconds();
    report.threads = resolve_threads(options_.threads);
    if (report.status == Status::converged) return;
    const auto complete = std::count_if(table_.rows.begin(), table_.rows.end(),
                                        [](const SearchRow& row) { return !std::isnan(row.mean); });
    report.message = std::string(where_) +
                     (report.status == Status::stopped ? ": stopped by the progress callback; "
                                                       : ": the time was up; ") +
                     std::to_string(complete) + " of " + std::to_string(table_.rows.size()) +
                     " candidates have a score";
  }

  SearchTable finished() {
    std::vector<index_t> order = everyone();
    sort(order);
    index_t rank = 0;
    for (const index_t m : order) {
      if (!std::isnan(table_.rows[m].mean)) table_.rows[m].rank = ++rank;
    }
    if (rank > 0) table_.best = order.front();
    return std::move(table_);
  }

  const char* where_;
  const SearchOptions& options_;
  EvaluationData<T> data_;
  std::vector<AnyEstimator<T>> models_;
  Score score_;
  SearchTable table_;
};

}  // namespace

template <class T>
SearchTable search(const std::type_identity_t<MakeModel<T>>& make,
                   const std::vector<Parameters>& candidates, const Mat<T>& X,
                   const Targets& targets, const Folds& folds, const SearchOptions& options) {
  return Search<T>("search", make, candidates, X, targets, folds, options).all();
}

template <class T>
SearchTable halving_search(const std::type_identity_t<MakeModel<T>>& make,
                           const std::vector<Parameters>& candidates, const Mat<T>& X,
                           const Targets& targets, const Folds& folds,
                           const HalvingOptions& halving, const SearchOptions& options) {
  const auto require_at_least = [](const char* name, index_t value, index_t least) {
    if (value < least) {
      throw std::invalid_argument(std::string("halving_search: ") + name + " must be at least " +
                                  std::to_string(least) + ", is " + std::to_string(value));
    }
  };
  require_at_least("factor", halving.factor, 2);
  require_at_least("min_rows", halving.min_rows, 1);
  return Search<T>("halving_search", make, candidates, X, targets, folds, options).halve(halving);
}

template <class T>
Refitted<T> refit(const std::type_identity_t<MakeModel<T>>& make, const SearchTable& table,
                  const Mat<T>& X, const Targets& targets, Scaling scaling) {
  if (!table.best) throw LogicError("refit: the table has no best row");
  Refitted<T> out{learn_scaling(scaling, X), make(table.rows[*table.best].parameters), {}};
  out.report = out.model.fit(out.scaler ? out.scaler->apply(X) : X, targets);
  return out;
}

template SearchTable search(const MakeModel<double>&, const std::vector<Parameters>&,
                            const Mat<double>&, const Targets&, const Folds&, const SearchOptions&);
template SearchTable search(const MakeModel<float>&, const std::vector<Parameters>&,
                            const Mat<float>&, const Targets&, const Folds&, const SearchOptions&);
template SearchTable halving_search(const MakeModel<double>&, const std::vector<Parameters>&,
                                    const Mat<double>&, const Targets&, const Folds&,
                                    const HalvingOptions&, const SearchOptions&);
template SearchTable halving_search(const MakeModel<float>&, const std::vector<Parameters>&,
                                    const Mat<float>&, const Targets&, const Folds&,
                                    const HalvingOptions&, const SearchOptions&);
template Refitted<double> refit(const MakeModel<double>&, const SearchTable&, const Mat<double>&,
                                const Targets&, Scaling);
template Refitted<float> refit(const MakeModel<float>&, const SearchTable&, const Mat<float>&,
                               const Targets&, Scaling);

}  // namespace mercer
