// mercer evaluate: how good a model is on rows that it has not seen.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/data_options.hpp"
#include "cli/evaluate_pictures.hpp"
#include "cli/fit_options.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/predictions.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "cli/validation.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/write_file.hpp"
#include "mercer/core/write_output.hpp"
#include "mercer/data/save_csv.hpp"
#include "mercer/selection/cross_validation.hpp"

namespace mercer::cli {
namespace {

struct EvaluateOptions {
  DataOptions data;
  FitOptions fit;
  FoldOptions folds;
  bool leave_one_out = false;
  std::vector<std::string> scores;
  Scaling scaling = Scaling::standardise;
  std::string output;
  std::string plot;
};

// A line for each row and division: the truth, and what the model without the row says.
void write_predictions(std::ostream& out, const CrossValidation& result, const Folds& folds,
                       const Dataset<double>& data, Task task) {
  const auto name = [&](arma::sword code) {
    return csv_field(task == Task::classification ? class_name(data.layout, code)
                                                  : std::to_string(code));
  };
  const Prediction& first = result.predictions.front();
  const bool decides = first.decision_values.n_cols == 1;
  const bool spreads = !first.standard_deviations.is_empty();
  const bool has_target = !data.y.is_empty();
  out << "row,division,fold" << (has_target ? ",target" : "") << ",prediction"
      << (spreads ? ",standard_deviation" : "") << (decides ? ",decision_value" : "");
  for (const arma::sword code : first.classes) out << ",p_" << name(code);
  out << '\n';
  for (index_t r = 0; r < folds.repeats(); ++r) {
    const Prediction& own = result.predictions[r];
    for (index_t i = 0; i < data.X.n_cols; ++i) {
      out << i + 1 << ',' << r + 1 << ',' << folds.fold_of(r)(i) + 1 << ',';
      if (task == Task::regression) {
        out << shortest(data.y(i)) << ',' << shortest(own.values(i, 0));
      } else {
        if (has_target) out << name(static_cast<arma::sword>(data.y(i))) << ',';
        out << name(own.labels(i));
      }
      if (spreads) out << ',' << shortest(own.standard_deviations(i));
      if (decides) out << ',' << shortest(own.decision_values(i, 0));
      for (index_t c = 0; c < first.classes.n_elem; ++c) {
        out << ',' << shortest(own.probabilities(i, c));
      }
      out << '\n';
    }
  }
}

nlohmann::ordered_json json_of(const ScoreSummary& score) {
  nlohmann::ordered_json out;
  out["mean"] = score.mean;
  out["standard_deviation"] = score.standard_deviation;
  out["standard_error"] = score.standard_error;
  out["pooled"] = score.pooled;
  out["folds"] = std::vector<double>(score.folds.begin(), score.folds.end());
  return out;
}

nlohmann::ordered_json json_of(const CrossValidation& result) {
  nlohmann::ordered_json out;
  out["status"] = mercer::to_string(result.report.status);
  out["seconds"] = result.report.seconds;
  for (const ScoreSummary& score : result.scores) out["quality"][score.name] = json_of(score);
  out["method"] = result.report.method;
  out["iterations"] = result.report.iterations;
  out["threads"] = result.report.threads;
  return out;
}

// One row has no spread, and no r squared.
std::string figure(double value) { return std::isnan(value) ? "-" : brief(value); }

void print_table(const CrossValidation& result) {
  std::printf("%-20s %12s %12s %12s\n", "score", "mean", "+-", "all rows");
  for (const ScoreSummary& score : result.scores) {
    std::printf("%-20s %12s %12s %12s\n", score.name.c_str(), figure(score.mean).c_str(),
                figure(score.standard_deviation).c_str(), figure(score.pooled).c_str());
  }
  std::fflush(stdout);
}

// Whether each row was predicted.
bool is_complete(const CrossValidation& result) {
  for (const Prediction& own : result.predictions) {
    if (own.is_empty() || own.values.has_nan() || own.decision_values.has_nan() ||
        own.probabilities.has_nan()) {
      return false;
    }
  }
  return true;
}

void require_sense(const EvaluateOptions& options, const CLI::App& command,
                   const Session& session) {
  options.fit.require_meaning();
  if (options.leave_one_out && (command.count("--folds") > 0 || command.count("--repeats") > 0)) {
    throw UsageError(
        "--leave-one-out has as many folds as rows: --folds and --repeats have no "
        "meaning with it");
  }
  if (options.output.empty()) return;
  if (session.json && options.output == "-") {
    throw UsageError("--output - and --json both ask for standard output");
  }
  require_writable(options.output);
}

ExitStatus evaluate(const EvaluateOptions& options, const CLI::App& command,
                    const Session& session) {
  require_sense(options, command, session);
  require_apart({{"--data", options.data.path}, {"--output", options.output}});
  if (!options.plot.empty()) require_folder("--plot", options.plot);
  const Task task = task_of(options.fit.kind);
  const Dataset<double> data = load_training(options.data, options.fit.kind);
  note_missing(data, session);
  end_if_interrupted();
  const Targets targets = targets_of(data, task);
  const std::vector<Score> scores = scores_for(options.scores, options.fit, class_count(targets));
  const Folds folds = options.leave_one_out ? leave_one_out(data.X.n_cols)
                                            : options.folds.of(data, task, options.fit.seed);
  const std::optional<Scaler<double>> scaler = learn_scaling(options.scaling, data.X);
  const AnyKernel kernel = kernel_for(options.fit, scaled(scaler, data.X), data.y);
  const AnyModel model = make_model(options.fit, kernel, data.y, data.layout.class_names,
                                    session.threads, end_after_interrupt());
  session.note(std::to_string(data.X.n_cols) + " rows, " + std::to_string(data.X.n_rows) +
               " features, " + to_string(options.fit.kind) + ", kernel " + kernel->expression() +
               ", " + std::to_string(folds.count()) + " folds" + scaling_text(options.scaling));
  if (task == Task::novelty && data.y.is_empty()) {
    session.note("there is no target: accuracy is the share of rows that are inside");
  }
  if (options.leave_one_out && options.fit.kind == Kind::ridge && scaler) {
    session.note("with --scale none, leave-one-out of ridge takes one fit in place of " +
                 std::to_string(folds.count()));
  }
  const CrossValidation result =
      cross_validate<double>(estimator_of(model), data.X, targets, folds,
                             {.scores = scores,
                              .scaling = options.scaling,
                              .standard_deviations = options.fit.kind == Kind::gp,
                              .threads = session.threads,
                              .memory_budget = options.fit.budget,
                              .progress = session.progress()});
  if (!result.report.message.empty()) session.warn(plain(result.report.message));
  const bool complete = is_complete(result);
  nlohmann::ordered_json json = json_of(result);
  json["task"] = to_string(options.fit.kind);
  json["kernel"] = kernel->expression();
  json["rows"] = data.X.n_cols;
  json["features"] = data.X.n_rows;
  json["folds"] = folds.count();
  if (!session.json && options.output != "-") print_table(result);
  if (!complete && !(options.output.empty() && options.plot.empty())) {
    session.warn("some folds are not complete: no predictions and no pictures are written");
  }
  if (complete && !options.output.empty()) {
    write_output(options.output,
                 [&](std::ostream& out) { write_predictions(out, result, folds, data, task); });
    json["output"] = options.output;
  }
  if (complete && !options.plot.empty()) {
    const Evaluated evaluated{options.fit, options.scaling, data, result.predictions.front()};
    json["pictures"] = draw(options.plot, evaluated, session);
  }
  json["peak_memory_bytes"] = peak_memory_bytes();
  session.print(json);
  if (result.report.status == Status::stopped || interrupted()) return ExitStatus::interrupted;
  return complete ? ExitStatus::done : ExitStatus::no;
}

}  // namespace

void add_evaluate(CLI::App& program, Session& session) {
  const auto options = std::make_shared<EvaluateOptions>();
  const auto self = std::make_shared<CLI::App*>(nullptr);
  CLI::App* command = add_command(
      program, session, "evaluate", "Cross-validate a model: how good it is on unseen rows",
      "mercer evaluate --task svc --data heart.csv --target target --folds 10 --plot pictures",
      [options, self, &session] { return evaluate(*options, **self, session); });
  *self = command;
  options->data.add_to(*command);
  options->data.add_normal_to(*command);
  options->fit.add_to(*command);
  add_scale(*command, options->scaling,
            "How features are scaled, by the training rows of each fold");
  options->folds.add_to(*command);
  command->add_flag("--leave-one-out", options->leave_one_out,
                    "Hold out each row alone; of ridge with --scale none in closed form");
  command
      ->add_option("--scores", options->scores,
                   "Of accuracy, balanced_accuracy, auc, log_loss, or rmse, mae, r2; default: "
                   "those that suit the task")
      ->delimiter(',')
      ->type_name("NAME,...");
  command
      ->add_option("--output", options->output,
                   "What the model without it says of each row, as CSV")
      ->type_name("FILE");
  command
      ->add_option("--plot", options->plot,
                   "A folder for pictures: confusion.svg, roc.svg, precision_recall.svg, "
                   "reliability.svg, regions.svg, predicted_against_true.svg, residuals.svg, "
                   "convergence.svg, as they suit the task")
      ->type_name("DIR");
}

}  // namespace mercer::cli
