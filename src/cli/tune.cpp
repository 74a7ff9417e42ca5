// mercer tune: the parameters with the best cross-validated score.
#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/data_options.hpp"
#include "cli/fit_options.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/predictions.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "cli/tune_pictures.hpp"
#include "cli/tune_space.hpp"
#include "cli/validation.hpp"
#include "mercer/core/write_file.hpp"
#include "mercer/core/write_output.hpp"
#include "mercer/selection/search.hpp"

namespace mercer::cli {
namespace {

struct TuneOptions {
  DataOptions data;
  FitOptions fit;
  SpaceOptions space;
  FoldOptions folds;
  bool grid = false;
  index_t random = 0;   // candidates; 0: not wanted
  index_t halving = 0;  // the same
  std::string score;
  double minutes = std::numeric_limits<double>::infinity();
  Scaling scaling = Scaling::standardise;
  std::string output;
  std::string model;
  std::string plot;

  bool is_random() const { return random > 0 || halving > 0; }
};

void require_paths(const TuneOptions& options, const Session& session) {
  if (!options.model.empty()) require_writable(options.model);
  if (options.output.empty()) return;
  if (session.json && options.output == "-") {
    throw UsageError("--output - and --json both ask for standard output");
  }
  if (options.output == "-" && options.model == "-") {
    throw UsageError("--output - and --model - both ask for standard output");
  }
  require_writable(options.output);
}

nlohmann::ordered_json json_of(const Parameters& parameters) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (const Parameter& own : parameters.all()) {
    std::visit([&](const auto& value) { out[own.name] = value; }, own.value);
  }
  return out;
}

nlohmann::ordered_json json_of(const SearchRow& row) {
  nlohmann::ordered_json out;
  out["rank"] = row.rank;
  out["parameters"] = json_of(row.parameters);
  out["mean"] = row.mean;
  out["standard_deviation"] = row.standard_deviation;
  out["folds"] = std::vector<double>(row.folds.begin(), row.folds.end());
  out["seconds"] = row.seconds;
  out["training_rows"] = row.training_rows;
  out["status"] = row.status;
  if (!row.message.empty()) out["message"] = row.message;
  return out;
}

nlohmann::ordered_json json_of(const SearchTable& table) {
  nlohmann::ordered_json out;
  out["status"] = mercer::to_string(table.report.status);
  out["seconds"] = table.report.seconds;
  out["method"] = table.report.method;
  out["score"] = table.score;
  if (table.best) {
    const SearchRow& best = table.rows[*table.best];
    out["quality"][table.score] = {
        {"mean", best.mean},
        {"standard_deviation", best.standard_deviation},
        {"folds", std::vector<double>(best.folds.begin(), best.folds.end())}};
    out["best"] = json_of(best.parameters);
  }
  out["candidates"] = table.rows.size();
  out["table"] = nlohmann::ordered_json::array();
  for (const SearchRow& row : table.rows) out["table"].push_back(json_of(row));
  return out;
}

// The best candidate so far, fitted to all rows as mercer train does it. After Ctrl-C it is still
// fitted; a second one ends the program.
nlohmann::ordered_json refit(const TuneOptions& options, const SearchTable& table,
                             const Dataset<double>& data, const Session& session) {
  const FitOptions fit_options = with(options.fit, table.rows[*table.best].parameters);
  ModelContext context;
  context.layout = data.layout;
  context.scaler = learn_scaling(options.scaling, data.X);
  const Mat<double> X = scaled(context.scaler, data.X);
  AnyModel model =
      make_model(fit_options, kernel_for(fit_options, X, data.y), data.y, data.layout.class_names,
                 session.threads, interrupted() ? ProgressCallback() : session.progress());
  context.report = fit(model, X, data.y);
  if (!context.report.message.empty()) session.warn(plain(context.report.message));
  nlohmann::ordered_json out;
  out["status"] = mercer::to_string(context.report.status);
  out["seconds"] = context.report.seconds;
  if (!is_fitted(model)) return out;
  std::visit([&](const auto& m) { save_model(options.model, m, context); }, model);
  out["certificate"] = certificate_json(context.report.certificate);
  out["path"] = options.model;
  session.note("the best of them, fitted to all rows, is in " + options.model);
  return out;
}

SearchTable search_for(const TuneOptions& options, const Dataset<double>& data,
                       const SearchSpace& space, const Session& session) {
  const Task task = task_of(options.fit.kind);
  const Targets targets = targets_of(data, task);
  const std::vector<std::string> named =
      options.score.empty() ? std::vector<std::string>{} : std::vector{options.score};
  const SearchOptions search_options{
      .score = scores_for(named, options.fit, class_count(targets)).front(),
      .scaling = options.scaling,
      .threads = session.threads,
      .memory_budget = options.fit.budget,
      .time_limit = 60 * options.minutes,
      .progress = session.progress()};
  const Folds folds = options.folds.of(data, task, options.fit.seed);
  const index_t count = std::max(options.random, options.halving);
  const std::vector<Parameters> candidates =
      options.is_random() ? space.random(count, options.fit.seed) : space.grid();
  const MakeModel<double> make = [&](const Parameters& parameters) {
    const FitOptions own = with(options.fit, parameters);
    return estimator_of(make_model(own, kernel_for(own, data.X, data.y), data.y,
                                   data.layout.class_names, session.threads,
                                   end_after_interrupt()));
  };
  for (const Parameters& own : candidates) make(own);  // wrong ones are told before all else
  session.note(std::to_string(data.X.n_cols) + " rows, " + std::to_string(data.X.n_rows) +
               " features, " + to_string(options.fit.kind) + ", " +
               std::to_string(candidates.size()) + " candidates, " + std::to_string(folds.count()) +
               " folds");
  if (options.halving == 0) {
    return search<double>(make, candidates, data.X, targets, folds, search_options);
  }
  return halving_search<double>(make, candidates, data.X, targets, folds,
                                {.seed = options.fit.seed}, search_options);
}

void tell(const TuneOptions& options, const SearchTable& table, const Session& session) {
  if (!table.report.message.empty()) session.warn(plain(table.report.message));
  if (!options.output.empty()) {
    write_output(options.output, [&](std::ostream& out) { out << table.csv(); });
  }
  if (!session.json && options.output != "-" && options.model != "-") {
    std::cout << table.text() << std::flush;
  }
  if (!table.best) return;
  const SearchRow& best = table.rows[*table.best];
  session.note("best: " + best.parameters.expression() + ", " + table.score + ' ' +
               brief(best.mean) + " +- " + brief(best.standard_deviation) + " over the folds, " +
               brief(table.report.seconds) + " s (" + table.report.method + ")");
}

ExitStatus tune(const TuneOptions& options, const Session& session) {
  options.fit.require_meaning();
  require_apart(
      {{"--data", options.data.path}, {"--model", options.model}, {"--output", options.output}});
  require_paths(options, session);
  if (!options.plot.empty()) require_folder("--plot", options.plot);
  const Task task = task_of(options.fit.kind);
  Dataset<double> data = load_training(options.data, options.fit.kind);
  note_missing(data, session);
  if (data.y.is_empty())
    throw UsageError("tune needs the target, +1 or -1, to score " + to_string(options.fit.kind));
  end_if_interrupted();
  const std::optional<Scaler<double>> scaler = learn_scaling(options.scaling, data.X);
  const SearchSpace space =
      options.space.space(options.fit.kind, scaled(scaler, data.X), options.is_random());
  if (task == Task::novelty) targets_of(data, task);
  const SearchTable table = search_for(options, data, space, session);
  const bool stopped = table.report.status == Status::stopped;
  tell(options, table, session);
  nlohmann::ordered_json json = json_of(table);
  json["task"] = to_string(options.fit.kind);
  json["rows"] = data.X.n_cols;
  json["features"] = data.X.n_rows;
  json["threads"] = threads_of(session);
  if (!options.output.empty()) json["output"] = options.output;
  if (!options.plot.empty()) {
    json["pictures"] = draw(options.plot, table, space, options.is_random(), session);
  }
  if (!options.model.empty() && table.best) {
    json["model"] = refit(options, table, data, session);
  }
  json["peak_memory_bytes"] = peak_memory_bytes();
  session.print(json);
  if (stopped || interrupted()) return ExitStatus::interrupted;
  return table.best ? ExitStatus::done : ExitStatus::no;
}

}  // namespace

void add_tune(CLI::App& program, Session& session) {
  const auto options = std::make_shared<TuneOptions>();
  CLI::App* command = add_command(
      program, session, "tune", "Search for the parameters with the best cross-validated score",
      "mercer tune --task svc --data heart.csv --C 0.1:100:7 --plot pictures --model best.mercer",
      [options, &session] { return tune(*options, session); });
  options->data.add_to(*command);
  options->data.add_normal_to(*command);
  options->fit.add_task_to(*command);
  CLI::Option* grid =
      command->add_flag("--grid", options->grid, "Try all combinations of the values; the default");
  CLI::Option* random =
      command->add_option("--random", options->random, "Try N combinations drawn from the ranges")
          ->check(whole_number(1, 100'000))
          ->type_name("N");
  command
      ->add_option("--halving", options->halving,
                   "Draw N, try them on few rows, and the better third on three times as many, "
                   "until all rows are used")
      ->check(whole_number(1, 100'000))
      ->excludes(grid)
      ->excludes(random)
      ->type_name("N");
  random->excludes(grid);
  options->space.add_to(*command);
  options->folds.add_to(*command);
  command
      ->add_option("--score", options->score,
                   "What is best: accuracy, the default for classes, balanced_accuracy, auc, "
                   "log_loss; rmse, the default for numbers, mae, r2")
      ->type_name("NAME");
  command->add_option("--minutes", options->minutes, "Then the best so far is taken")
      ->check(positive_number())
      ->type_name("M");
  add_scale(*command, options->scaling,
            "How features are scaled, by the training rows of each fold");
  command->add_option("--output", options->output, "A table of all candidates, as CSV")
      ->type_name("FILE");
  command
      ->add_option("--model", options->model,
                   "Fit the best candidate to all rows and save it in FILE")
      ->type_name("FILE");
  command->add_option("--plot", options->plot, "A folder for heat_map.svg, the score over a grid")
      ->type_name("DIR");
  options->fit.add_solver_to(*command);
}

}  // namespace mercer::cli
