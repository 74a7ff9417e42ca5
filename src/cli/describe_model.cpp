// What a fitted model is.
#include <nlohmann/json.hpp>
#include <variant>

#include "cli/describe.hpp"
#include "cli/predictions.hpp"
#include "cli/quality.hpp"
#include "mercer/core/errors.hpp"

namespace mercer::cli {
namespace {

using Json = nlohmann::ordered_json;

// Those that change what the model is, and that it has.
template <class Options>
Json options_json(const Options& options) {
  Json out = Json::object();
  if constexpr (requires { options.C; }) out["C"] = options.C;
  if constexpr (requires { options.nu; }) {
    if (options.nu > 0) out["nu"] = options.nu;
  }
  if constexpr (requires { options.epsilon; }) out["epsilon"] = options.epsilon;
  if constexpr (requires { options.lambda; }) out["lambda"] = options.lambda;
  if constexpr (requires { options.lambdas; }) out["lambdas"] = options.lambdas;
  if constexpr (requires { options.rank; }) out["rank"] = options.rank;
  if constexpr (requires { options.multi_class; }) {
    out["one_against_rest"] = options.multi_class == MultiClass::one_against_rest;
  }
  if constexpr (requires { options.probabilities; }) out["probabilities"] = options.probabilities;
  if constexpr (requires { options.tolerance; }) out["tolerance"] = options.tolerance;
  return out;
}

// How many training rows, or centres, the model predicts with.
template <class Model>
void add_size(Json& out, const Model& model) {
  if constexpr (requires { model.support_indices(); }) {
    out["support_vectors"] = model.support_indices().n_elem;
  } else if constexpr (requires { model.centres(); }) {
    out["centres"] = model.centres().n_cols;
  }
  if constexpr (requires { model.noise(); }) out["noise"] = model.noise();
}

std::string kernel_text(const AnyModel& model) {
  try {
    return kernel_of(model).expression();
  } catch (const LogicError&) {
    return "precomputed";
  }
}

Json fit_json(const Report& report) {
  Json out;
  out["status"] = mercer::to_string(report.status);
  out["method"] = report.method;
  out["iterations"] = report.iterations;
  return out;
}

std::vector<double> values_of(const Col<double>& column) { return {column.begin(), column.end()}; }

}  // namespace

nlohmann::ordered_json describe(const LoadedModel& loaded) {
  const ModelContext& context = loaded.context;
  Json out;
  out["kind"] = "model";
  out["model"] = name_of(loaded.model);
  out["kernel"] = kernel_text(loaded.model);
  out["features"] = dim_of(loaded.model);
  std::visit([&](const auto& model) { add_size(out, model); }, loaded.model);
  const arma::ivec classes = classes_of(loaded.model);
  for (const arma::sword code : classes) {
    out["classes"].push_back(class_name(context.layout, code));
  }
  out["options"] =
      std::visit([](const auto& model) { return options_json(model.options()); }, loaded.model);
  if (!context.layout.target_name.empty()) out["target"] = context.layout.target_name;
  for (const TableColumn& column : context.layout.columns) {
    if (!column.name.empty()) out["columns"].push_back(column.name);
  }
  out["scaled"] = context.scaler.has_value();
  if (context.scaler) {
    out["scaler"] = {{"shift", values_of(context.scaler->shift())},
                     {"scale", values_of(context.scaler->scale())}};
  }
  out["fit"] = fit_json(context.report);
  const Json certificate = certificate_json(context.report.certificate);
  if (!certificate.empty()) out["certificate"] = certificate;
  return out;
}

}  // namespace mercer::cli
