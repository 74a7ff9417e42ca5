// mercer predict: what a model says of new rows.
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/data_options.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/predictions.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/write_file.hpp"
#include "mercer/core/write_output.hpp"
#include "mercer/data/save_csv.hpp"

namespace mercer::cli {
namespace {

struct PredictOptions {
  std::string model;
  DataOptions data;
  std::string output = "-";
  Wanted wanted;
};

void write_predictions(std::ostream& out, Task task, const Prediction& predicted,
                       const Wanted& wanted, const TableLayout& layout) {
  out << "prediction";
  if (wanted.deviations) out << ",standard_deviation";
  if (wanted.probabilities) {
    for (const arma::sword code : predicted.classes) {
      out << ',' << csv_field("p_" + class_name(layout, code));
    }
  }
  out << '\n';
  const bool numbers = task == Task::regression;
  const index_t rows = numbers ? predicted.values.n_rows : predicted.labels.n_elem;
  for (index_t i = 0; i < rows; ++i) {
    if (numbers) {
      out << shortest(predicted.values(i, 0));
    } else if (task == Task::novelty) {
      out << predicted.labels(i);
    } else {
      out << csv_field(class_name(layout, predicted.labels(i)));
    }
    if (wanted.deviations) out << ',' << shortest(predicted.standard_deviations(i));
    if (wanted.probabilities) {
      for (const double p : predicted.probabilities.row(i)) out << ',' << shortest(p);
    }
    out << '\n';
  }
}

ExitStatus predict_rows(const PredictOptions& options, const Session& session, bool output_given) {
  if (session.json && output_given && options.output == "-") {
    throw UsageError("--output - and --json both ask for standard output");
  }
  const bool write = output_given || !session.json;
  const NamedFile output{"--output", write ? options.output : "-"};
  require_apart({{"--data", options.data.path}, output});
  require_apart({{"--model", options.model}, output});
  if (write) require_writable(options.output);
  const LoadedModel loaded = load_any_model(options.model, {.threads = session.threads});
  const ModelContext& context = loaded.context;
  Dataset<double> data = options.data.load_for(context.layout, dim_of(loaded.model));
  note_missing(data, session);
  if (!options.data.normal.empty() && task_of(loaded.model) != Task::novelty) {
    throw UsageError("--normal is of one-class and svdd models");
  }
  options.data.mark_normal(data);
  end_if_interrupted();
  if (context.report.status == Status::stopped) {
    session.warn("the training of this model was stopped before it had converged");
  }
  const Mat<double> X = scaled(context.scaler, std::move(data.X));
  const AnyModel& model = loaded.model;
  const auto start = std::chrono::steady_clock::now();
  const Prediction predicted = predict(model, X, options.wanted);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  end_if_interrupted();
  const nlohmann::ordered_json quality = quality_of(task_of(model), predicted, data.y);
  if (write) {
    write_output(options.output, [&](std::ostream& out) {
      write_predictions(out, task_of(model), predicted, options.wanted, context.layout);
    });
  }
  if (!quality.empty()) session.note(quality_text(quality));
  nlohmann::ordered_json json;
  json["status"] = "done";
  json["rows"] = X.n_cols;
  json["model"] = name_of(model);
  if (!quality.empty()) json["quality"] = quality;
  if (write) json["output"] = options.output;
  json["seconds"] = passed.count();
  json["threads"] = threads_of(session);
  json["peak_memory_bytes"] = peak_memory_bytes();
  session.print(json);
  return ExitStatus::done;
}

}  // namespace

void add_predict(CLI::App& program, Session& session) {
  const auto options = std::make_shared<PredictOptions>();
  const auto output_given = std::make_shared<bool>(false);
  CLI::App* command = add_command(
      program, session, "predict", "Predict the rows of a file with a saved model",
      "mercer predict --model heart.mercer --data new.csv --output predictions.csv",
      [options, output_given, &session] { return predict_rows(*options, session, *output_given); });
  command->add_option("--model", options->model, "The model's file")->required()->type_name("FILE");
  options->data.add_to(*command);
  options->data.add_normal_to(*command);
  command
      ->add_option("--output", options->output,
                   "Where the predictions go, a line for each row; default: standard output, "
                   "and nowhere with --json")
      ->type_name("FILE")
      ->each([output_given](const std::string&) { *output_given = true; });
  command->add_flag("--probabilities", options->wanted.probabilities,
                    "A column with the probability of each class, too");
  command->add_flag("--std", options->wanted.deviations,
                    "A column with the standard deviation of a new output, of models of kind gp");
}

}  // namespace mercer::cli
