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

// A figure of the fit's certificate, what it is now, and what it may be.
struct Figure {
  const char* name;
  double claimed;
  double found;
  double most;               // that is allowed
  double least = -INFINITY;  // likewise

  // Not of a figure that is none now.
  bool holds() const { return found <= most && found >= least; }
};

// A bound may be a tenth more, which is room for kernel values that were rounded to float in a fit
// that was stopped, and for rounding in double.
Figure bound(const char* name, double claimed, double found, double rounding) {
  return {name, claimed, found, 1.1 * claimed + rounding};
}

// An objective is the same to five digits, or to one after a fit that ended early.
Figure objective(const char* name, double claimed, double found, bool converged) {
  const double room = (converged ? 1e-5 : 0.1) * std::abs(claimed) + 1e-9;
  return {name, claimed, found, claimed + room, claimed - room};
}

std::vector<Figure> figures(const AnyModel& model, const Report& report, const Certificate& found) {
  const Certificate& claimed = report.certificate;
  const double size = std::isnan(found.dual_objective) ? 0 : std::abs(found.dual_objective);
  std::vector<Figure> out = {
      bound("gap", claimed.gap, found.gap, 1e-9 * size),
      bound("violation", claimed.violation, found.violation, 1e-6),
      bound("decision_error", claimed.decision_error, found.decision_error, 1e-4 * std::sqrt(size)),
      bound("relative_residual", claimed.relative_residual, found.relative_residual, 1e-12),
      bound("backward_error", claimed.backward_error, found.backward_error, 1e-14),
      bound("prediction_error", claimed.prediction_error, found.prediction_error, 1e-9)};
  // The objectives of nu-SVR are found in the units of its tube.
  const bool other_units = std::visit(
      []<class Model>(const Model& m) {
        constexpr bool is_svr =
            std::is_same_v<Model, Svr<double>> || std::is_same_v<Model, Svr<float>>;
        if constexpr (is_svr) return m.options().nu > 0;
        return false;
      },
      model);
  if (!other_units) {
    const bool converged = report.status == Status::converged;
    out.push_back(
        objective("dual_objective", claimed.dual_objective, found.dual_objective, converged));
    out.push_back(
        objective("primal_objective", claimed.primal_objective, found.primal_objective, converged));
  }
  std::erase_if(out, [](const Figure& one) { return std::isnan(one.claimed); });
  return out;
}

ExitStatus verify_model(const VerifyOptions& options, const Session& session) {
  const LoadedModel loaded = load_any_model(options.model, {.threads = session.threads});
  const ModelContext& context = loaded.context;
  Dataset<double> data = options.data.load_for(context.layout, dim_of(loaded.model));
  note_missing(data, session);
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
    reason = plain(error.what());
  }
  const std::vector<Figure> all = figures(loaded.model, context.report, found);
  const bool holds = reason.empty() && !all.empty() && std::ranges::all_of(all, &Figure::holds);
  end_if_interrupted();
  for (const Figure& one : all) {
    if (!reason.empty()) break;
    session.note(std::string(one.name) + ": the file says " + brief(one.claimed) + ", found " +
                 brief(one.found) + (one.holds() ? "" : ", which does not agree"));
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
