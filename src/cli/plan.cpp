// mercer plan: what a fit would take, before it begins.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cost.hpp"
#include "cli/data_options.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/random.hpp"
#include "mercer/tile/symmetric_tiles.hpp"

namespace mercer::cli {
namespace {

struct PlanOptions {
  DataOptions data;
  FitOptions fit;
  Scaling scaling = Scaling::standardise;
  index_t rows = 0;
  index_t features = 0;
  index_t classes = 2;
  index_t outputs = 1;
};

// The problem: its sizes, and rows like those of the fit.
struct Problem {
  index_t rows = 0, features = 0, classes = 0, outputs = 1;
  index_t largest_pair = 0;   // rows of the two largest classes
  index_t class_squares = 0;  // sum of rows^2 over the classes
  Mat<double> X = {};
  Col<double> y = {};
};

struct Plan {
  std::string method;
  std::size_t bytes = 0;
  Seconds seconds = {};
};

// Normal rows, of which only the number of features counts.
Problem problem_of_sizes(const PlanOptions& options) {
  constexpr index_t most_values = 4'000'000;  // 32 MB, whatever the number of features
  Problem out{options.rows, options.features, options.classes, options.outputs};
  const index_t of_class = options.rows / options.classes + 1;
  out.largest_pair = std::min(options.rows, 2 * of_class);
  out.class_squares = options.classes * of_class * of_class;
  const index_t sample = std::clamp<index_t>(most_values / options.features, 16, 1024);
  out.X.set_size(options.features, std::min(sample, options.rows));
  Random random(1);
  for (double& value : out.X) value = random.normal();
  return out;
}

Problem problem_of_data(const PlanOptions& options) {
  const Task task = task_of(options.fit.kind);
  Dataset<double> data = load_training(options.data, options.fit.kind);
  Problem out{data.X.n_cols, data.X.n_rows, 2, 1};
  if (task == Task::classification) {
    const arma::ivec codes = class_codes(data.y);
    const arma::ivec classes = arma::unique(codes);
    arma::uvec counts(classes.n_elem);
    for (index_t c = 0; c < classes.n_elem; ++c) counts(c) = arma::accu(codes == classes(c));
    counts = arma::sort(counts, "descend");
    out.classes = classes.n_elem;
    out.largest_pair = arma::accu(counts.head(std::min<index_t>(2, counts.n_elem)));
    out.class_squares = arma::accu(arma::square(counts));
  }
  const auto scaler = learn_scaling(options.scaling, data.X);
  out.X = scaled(scaler, std::move(data.X));
  out.y = data.y;
  return out;
}

void require_sizes(const PlanOptions& options) {
  options.fit.require_meaning();
  if (!options.data.path.empty()) {
    for (const char* option : {"--rows", "--features", "--classes", "--outputs"}) {
      if (options.fit.given(option)) {
        throw UsageError(std::string(option) + " has no meaning with --data, which tells it");
      }
    }
    return;
  }
  if (options.rows == 0 || options.features == 0) {
    throw UsageError("plan needs --data, or --rows and --features of at least 1");
  }
  if (options.classes < 2 || options.outputs < 1) {
    throw UsageError("--classes must be at least 2, and --outputs at least 1");
  }
}

// "conjugate gradient (K in float tiles, rank 1000)"
std::string method_of(const RidgePlan& plan) {
  const std::string text = plan.text();
  return text.substr(0, text.rfind(':'));
}

Plan ridge_plan(const Problem& problem, const AnyModel& model, const Speed& speed) {
  const RidgePlan plan =
      std::get<KernelRidge<double>>(model).plan(problem.rows, problem.features, problem.outputs);
  return {method_of(plan), plan.bytes, ridge_seconds(plan, problem.rows, problem.outputs, speed)};
}

// Where half of K does not fit and nothing is chosen, the process goes by products with K.
Plan iterative_plan(const PlanOptions& options, const Problem& problem, const AnyModel& model,
                    const Speed& speed) {
  const auto& process = std::get<GaussianProcess<double>>(model);
  const KernelRidge<double> system(process.kernel(), {.lambda = process.options().noise,
                                                      .method = RidgeMethod::conjugate_gradient,
                                                      .memory_budget = options.fit.budget});
  const index_t probes = process.options().probes;
  const RidgePlan plan = system.plan(problem.rows, problem.features, probes);
  return {method_of(plan), plan.bytes, ridge_seconds(plan, problem.rows, probes, speed)};
}

// Half of K in double, one more for each problem of the classifier, and the points.
Plan gaussian_plan(const PlanOptions& options, const Problem& problem, const AnyModel& model,
                   const Speed& speed) {
  const bool is_classifier = options.fit.kind == Kind::gp_classifier;
  const index_t problems = is_classifier && problem.classes > 2 ? problem.classes : 1;
  const std::size_t halves = is_classifier ? problems + 1 : 1;
  const std::size_t bytes = halves * SymmetricTiles<double>::bytes_for(problem.rows) +
                            3 * sizeof(double) * problem.rows * problem.features;
  const bool may_iterate = !is_classifier && !options.fit.optimise;
  if (may_iterate && bytes > resolve_memory_budget(options.fit.budget)) {
    return iterative_plan(options, problem, model, speed);
  }
  require_budget("plan", "the kernel values of a Gaussian process", bytes, options.fit.budget);
  return {is_classifier ? "newton" : "cholesky", bytes,
          gaussian_seconds(is_classifier, options.fit.optimise, options.fit.restarts, problems,
                           problem.rows, speed)};
}

Plan machine_plan(const PlanOptions& options, const Problem& problem, const Speed& speed,
                  int threads) {
  const bool classifies = task_of(options.fit.kind) == Task::classification;
  const bool pairs = classifies && !options.fit.against_rest;
  const index_t k = problem.classes;
  const Machines machines{.problems = !classifies || k == 2 ? 1
                                      : pairs               ? k * (k - 1) / 2
                                                            : k,
                          .rows = pairs ? std::max<index_t>(2, 2 * problem.rows / k) : problem.rows,
                          .most_rows = pairs ? problem.largest_pair : problem.rows,
                          .class_squares = pairs ? problem.class_squares : 0,
                          .features = problem.features,
                          .variables_per_row = options.fit.kind == Kind::nu_svr ? 2U : 1U};
  const MachinePlan plan = cli::machine_plan(machines, threads, options.fit.budget);
  return {plan.method, plan.bytes, machine_seconds(machines, speed)};
}

ExitStatus plan(const PlanOptions& options, const Session& session) {
  require_sizes(options);
  const Problem problem =
      options.data.path.empty() ? problem_of_sizes(options) : problem_of_data(options);
  const AnyKernel kernel = kernel_for(options.fit, problem.X, problem.y);
  const AnyModel model = make_model(options.fit, kernel, problem.y, {}, session.threads, {});
  Speed speed;
  try {
    speed = measure(*kernel, problem.X, session.threads);
  } catch (const std::invalid_argument& error) {  // a kernel that these points do not suit
    throw UsageError(error.what());
  }
  const Kind task = options.fit.kind;
  const bool is_gaussian = task == Kind::gp || task == Kind::gp_classifier;
  const Plan plan = task == Kind::ridge ? ridge_plan(problem, model, speed)
                    : is_gaussian       ? gaussian_plan(options, problem, model, speed)
                                        : machine_plan(options, problem, speed, session.threads);

  const std::size_t data_bytes = 2 * sizeof(double) * problem.rows * problem.features;
  const std::size_t budget = resolve_memory_budget(options.fit.budget);
  nlohmann::ordered_json json;
  json["status"] = "done";
  json["task"] = to_string(task);
  json["kernel"] = kernel->expression();
  json["rows"] = problem.rows;
  json["features"] = problem.features;
  json["method"] = plan.method;
  json["bytes"] = plan.bytes;
  json["data_bytes"] = data_bytes;
  json["budget_bytes"] = budget;
  json["seconds_least"] = plan.seconds.least;
  json["seconds_most"] = plan.seconds.most;
  json["measured"] = {{"kernel_values_per_second", speed.kernel_values},
                      {"flops_per_second", speed.flops},
                      {"bytes_per_second", speed.bytes}};
  json["threads"] = threads_of(session);
  session.note(to_string(task) + ", " + std::to_string(problem.rows) + " rows, " +
               std::to_string(problem.features) + " features, kernel " + kernel->expression());
  session.note("method: " + plan.method);
  session.note("memory: " + bytes_text(plan.bytes) + " of a budget of " + bytes_text(budget) +
               ", besides " + bytes_text(data_bytes) + " for the data and the model");
  const bool certain = plan.seconds.least == plan.seconds.most;
  session.note("time: about " + brief(plan.seconds.least) +
               (certain ? "" : " to " + brief(plan.seconds.most)) +
               " s, an estimate that may be wrong by a factor of 3");
  session.print(json);
  return ExitStatus::done;
}

}  // namespace

void add_plan(CLI::App& program, Session& session) {
  const auto options = std::make_shared<PlanOptions>();
  CLI::App* command = add_command(program, session, "plan",
                                  "Tell the memory, the method and the time that a fit would take; "
                                  "exit status 4 if it does not fit the budget",
                                  "mercer plan --task ridge --rows 50000 --features 10",
                                  [options, &session] { return plan(*options, session); });
  options->data.add_to(*command);
  command->get_option("--data")->required(false);
  options->fit.add_to(*command);
  add_scale(*command, options->scaling, "How features are scaled");
  command->add_option("--rows", options->rows, "Training rows, in place of --data")
      ->check(whole_number(1, 1'000'000'000'000))
      ->type_name("N");
  command->add_option("--features", options->features, "Their features")
      ->check(whole_number(1, 1'000'000))
      ->type_name("N");
  command->add_option("--classes", options->classes, "Of svc and gp-classifier, default 2")
      ->check(whole_number(2, 1'000'000))
      ->type_name("N");
  command->add_option("--outputs", options->outputs, "Of ridge, default 1")
      ->check(whole_number(1, 1'000'000))
      ->type_name("N");
}

}  // namespace mercer::cli
