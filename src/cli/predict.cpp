// mercer predict: what a model says of new rows.
#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/data_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/predictions.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "mercer/core/check.hpp"

namespace mercer::cli {
namespace {

struct PredictOptions {
  std::string model;
  DataOptions data;
  std::string output = "-";
  Wanted wanted;
};

// A field of CSV: in quotes if it needs them.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

void write_predictions(std::ostream& out, const Predictions& predictions, const arma::ivec& classes,
                       const TableLayout& layout) {
  out << "prediction";
  if (!predictions.deviations.is_empty()) out << ",standard_deviation";
  if (!predictions.probabilities.is_empty()) {
    for (const arma::sword code : classes) out << ',' << field("p_" + class_name(layout, code));
  }
  out << '\n';
  const bool numbers = predictions.goal == Goal::values;
  const index_t rows = numbers ? predictions.values.n_elem : predictions.classes.n_elem;
  for (index_t i = 0; i < rows; ++i) {
    if (numbers) {
      out << shortest(predictions.values(i));
    } else if (predictions.goal == Goal::novelty) {
      out << predictions.classes(i);
    } else {
      out << field(class_name(layout, predictions.classes(i)));
    }
    if (!predictions.deviations.is_empty()) out << ',' << shortest(predictions.deviations(i));
    if (!predictions.probabilities.is_empty()) {
      for (const double p : predictions.probabilities.row(i)) out << ',' << shortest(p);
    }
    out << '\n';
  }
}

ExitStatus predict_rows(const PredictOptions& options, const Session& session, bool output_given) {
  if (session.json && output_given && options.output == "-") {
    throw UsageError("--output - and --json both ask for standard output");
  }
  const bool write = output_given || !session.json;
  if (write) require_writable(options.output);
  const LoadedModel loaded = load_any_model(options.model, {.threads = session.threads});
  const ModelContext& context = loaded.context;
  Dataset<double> data = options.data.load_for(context.layout, dim_of(loaded.model));
  end_if_interrupted();
  if (context.report.status == Status::stopped) {
    session.warn("the training of this model was stopped before it had converged");
  }
  const Mat<double> X =
      context.scaler ? context.scaler->apply(std::move(data.X)) : std::move(data.X);
  AnyModel model = loaded.model;
  const Predictions predictions = predict(model, X, options.wanted);
  const arma::ivec classes = classes_of(model);
  const nlohmann::ordered_json quality = quality_of(predictions, classes, data.y);
  if (write) {
    write_text(options.output, [&](std::ostream& out) {
      write_predictions(out, predictions, classes, context.layout);
    });
  }
  if (!quality.empty()) session.note(quality_text(quality));
  nlohmann::ordered_json json;
  json["status"] = "done";
  json["rows"] = X.n_cols;
  json["model"] = name_of(model);
  if (!quality.empty()) json["quality"] = quality;
  if (write) json["output"] = options.output;
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
