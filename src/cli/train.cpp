// mercer train: fits a model and saves it.
#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/data_options.hpp"
#include "cli/fit_options.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/predictions.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/write_file.hpp"

namespace mercer::cli {
namespace {

struct TrainOptions {
  DataOptions data;
  FitOptions fit;
  Scaling scaling = Scaling::standardise;
  std::string model;
};

bool has_model(Status status) {
  return status != Status::not_finite && status != Status::not_positive_definite;
}

void require_model_path(const TrainOptions& options, const Session& session) {
  if (options.model == "-") {
    if (session.json) throw UsageError("--model - and --json both ask for standard output");
    return;
  }
  require_writable(options.model);
}

// A file that is no state is not overwritten, nor is a state that could be gone on with.
void require_new_state(const CheckpointOptions& checkpoint) {
  std::error_code ignored;
  if (checkpoint.path.empty() || checkpoint.resume ||
      !std::filesystem::exists(checkpoint.path, ignored)) {
    return;
  }
  std::string line;
  std::ifstream file(checkpoint.path);
  std::getline(file, line);
  if (!line.starts_with("mercer checkpoint ")) {
    throw ParseError(checkpoint.path, 0, "is there and is no checkpoint, so it is not overwritten");
  }
  throw UsageError(checkpoint.path +
                   " holds the state of a fit: --resume goes on with it; delete " +
                   "it to begin anew");
}

nlohmann::ordered_json report_json(const Report& report) {
  nlohmann::ordered_json out;
  out["status"] = mercer::to_string(report.status);
  out["seconds"] = report.seconds;
  out["method"] = report.method;
  out["iterations"] = report.iterations;
  out["certificate"] = certificate_json(report.certificate);
  out["threads"] = report.threads;
  return out;
}

ExitStatus train(TrainOptions& options, const Session& session) {
  options.fit.require_meaning();
  if (options.fit.checkpoint.resume && options.fit.checkpoint.path.empty()) {
    throw UsageError("--resume needs --checkpoint, the file to resume from");
  }
  require_apart({{"--data", options.data.path},
                 {"--model", options.model},
                 {"--checkpoint", options.fit.checkpoint.path}});
  require_model_path(options, session);
  require_new_state(options.fit.checkpoint);
  Dataset<double> data = load_training(options.data, options.fit.kind);
  note_missing(data, session);
  end_if_interrupted();
  ModelContext context;
  context.layout = data.layout;
  context.scaler = learn_scaling(options.scaling, data.X);
  const Mat<double> X = scaled(context.scaler, std::move(data.X));
  const AnyKernel kernel = kernel_for(options.fit, X, data.y);
  AnyModel model = make_model(options.fit, kernel, data.y, data.layout.class_names, session.threads,
                              session.progress());
  session.note(std::to_string(X.n_cols) + " rows, " + std::to_string(X.n_rows) + " features, " +
               to_string(options.fit.kind) + ", kernel " + kernel->expression() +
               scaling_text(options.scaling));
  context.report = fit(model, X, data.y);
  const Report& report = context.report;

  const bool stopped = report.status == Status::stopped;
  const bool saved = has_model(report.status) && is_fitted(model);
  if (saved) {
    std::visit([&](const auto& m) { save_model(options.model, m, context); }, model);
    if (!options.fit.checkpoint.path.empty() && report.status == Status::converged) {
      std::error_code ignored;
      std::filesystem::remove(options.fit.checkpoint.path, ignored);
    }
  }

  if (!report.message.empty()) session.warn(plain(report.message));
  nlohmann::ordered_json json = report_json(report);
  json["task"] = to_string(options.fit.kind);
  json["kernel"] = saved ? kernel_of(model).expression() : kernel->expression();
  json["rows"] = X.n_cols;
  json["features"] = X.n_rows;
  if (saved && !session.is_silent()) {
    json["quality"] = quality_of(task_of(model), predict(model, X), data.y);
    session.note(mercer::to_string(report.status) + " after " + std::to_string(report.iterations) +
                 " iterations, " + brief(report.seconds) + " s (" + report.method + ")");
    session.note("on the training rows: " + quality_text(json["quality"]));
    json["model"] = options.model;
    session.note((stopped ? "the model so far is in " : "model saved in ") + options.model);
    if (is_interrupted(report.status) && !options.fit.checkpoint.path.empty()) {
      session.note("go on with: --checkpoint " + options.fit.checkpoint.path + " --resume");
    }
  }
  if (!saved) session.note("no model is saved");
  json["peak_memory_bytes"] = peak_memory_bytes();
  session.print(json);
  if (stopped) return ExitStatus::interrupted;
  return saved ? ExitStatus::done : ExitStatus::no;
}

}  // namespace

void add_train(CLI::App& program, Session& session) {
  const auto options = std::make_shared<TrainOptions>();
  CLI::App* command = add_command(
      program, session, "train", "Fit a model to data and save it",
      "mercer train --task svc --data heart.csv --target target --C 10 --model heart.mercer",
      [options, &session] { return train(*options, session); });
  options->data.add_to(*command);
  options->fit.add_to(*command);
  add_scale(*command, options->scaling, "How features are scaled");
  command->add_option("--model", options->model, "Where the model goes; - is standard output")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--checkpoint", options->fit.checkpoint.path,
                   "Keep the state of the fit in FILE, from time to time and when it is stopped")
      ->type_name("FILE");
  command
      ->add_option("--checkpoint-seconds", options->fit.checkpoint.seconds,
                   "Seconds between two writes of it, default 30")
      ->check(non_negative_number())
      ->type_name("S");
  command->add_flag("--resume", options->fit.checkpoint.resume,
                    "Begin at the state in --checkpoint, if it is there");
}

}  // namespace mercer::cli
