// mercer verify: whether a model is what its file says, computed anew from its training data.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/data_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/predictions.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"

namespace mercer::cli {
namespace {

struct VerifyOptions {
  std::string model;
  DataOptions data;
};

// A bound of the fit's certificate, what it is now, and what it may be: a tenth more, which is room
// for kernel values that were rounded to float in a fit that was stopped, and rounding in double.
struct Bound {
  const char* name;
  double claimed;
  double found;
  double rounding;

  double allowed() const { return 1.1 * claimed + rounding; }
  bool holds() const { return found <= allowed(); }
};

std::vector<Bound> bounds(const Certificate& claimed, const Certificate& found) {
  const double objective = std::abs(found.dual_objective);
  std::vector<Bound> out = {
      {"gap", claimed.gap, found.gap, 1e-9 * (std::isnan(objective) ? 0 : objective)},
      {"violation", claimed.violation, found.violation, 1e-6},
      {"relative_residual", claimed.relative_residual, found.relative_residual, 1e-12},
      {"backward_error", claimed.backward_error, found.backward_error, 1e-14}};
  std::erase_if(out, [](const Bound& b) { return std::isnan(b.claimed); });
  return out;
}

ExitStatus verify_model(const VerifyOptions& options, const Session& session) {
  const LoadedModel loaded = load_any_model(options.model, {.threads = session.threads});
  const ModelContext& context = loaded.context;
  Dataset<double> data = options.data.load_for(context.layout, dim_of(loaded.model));
  end_if_interrupted();
  if (task_of(loaded.model) != Task::novelty && data.y.is_empty()) {
    throw UsageError("verify needs the training data with its target");
  }
  const Mat<double> X = scaled(context.scaler, std::move(data.X));
  const auto start = std::chrono::steady_clock::now();
  Certificate found;
  std::string reason;
  try {
    found = recompute(loaded.model, X, data.y);
  } catch (const std::invalid_argument& error) {  // other rows than those of the fit
    reason = error.what();
  }
  const std::vector<Bound> all = bounds(context.report.certificate, found);
  const bool holds = reason.empty() && !all.empty() &&
                     std::ranges::all_of(all, [](const Bound& b) { return b.holds(); });
  for (const Bound& bound : all) {
    if (!reason.empty()) break;
    session.note(std::string(bound.name) + ": the file says " + brief(bound.claimed) + ", found " +
                 brief(bound.found) + (bound.holds() ? "" : ", which is more"));
  }
  if (!reason.empty()) session.note(reason);
  if (context.report.status != Status::converged) {
    session.note("the fit ended early: " + mercer::to_string(context.report.status));
  }
  session.note(holds ? "the certificate holds"
               : all.empty()
                   ? "this model has no certificate that could be verified"
                   : "the certificate does not hold: these are not the data that the model was "
                     "trained on, or the file is wrong");
  nlohmann::ordered_json json;
  json["status"] = holds ? "holds" : all.empty() ? "no certificate" : "does not hold";
  json["model"] = name_of(loaded.model);
  json["fit"] = mercer::to_string(context.report.status);
  json["claimed"] = certificate_json(context.report.certificate);
  json["certificate"] = certificate_json(found);
  if (!reason.empty()) json["reason"] = reason;
  json["rows"] = X.n_cols;
  json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  json["threads"] = threads_of(session);
  json["peak_memory_bytes"] = peak_memory_bytes();
  session.print(json);
  return holds ? ExitStatus::done : ExitStatus::no;
}

}  // namespace

void add_verify(CLI::App& program, Session& session) {
  const auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = add_command(program, session, "verify",
                                  "Compute a model's certificate anew from its training data; exit "
                                  "status 1 if it does not hold",
                                  "mercer verify --model heart.mercer --data heart.csv",
                                  [options, &session] { return verify_model(*options, session); });
  command->add_option("--model", options->model, "The model's file")->required()->type_name("FILE");
  options->data.add_to(*command);
}

}  // namespace mercer::cli
