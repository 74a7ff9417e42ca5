#include "cli/fit_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "cli/choice.hpp"
#include "cli/input.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/kernel/combine.hpp"
#include "mercer/kernel/parse.hpp"
#include "mercer/kernel/rbf.hpp"
#include "mercer/model/hyperparameters.hpp"

namespace mercer::cli {
namespace {

const Choices<Kind> kinds = {{"svc", Kind::svc},
                             {"nu-svc", Kind::nu_svc},
                             {"svr", Kind::svr},
                             {"nu-svr", Kind::nu_svr},
                             {"one-class", Kind::one_class},
                             {"svdd", Kind::svdd},
                             {"ridge", Kind::ridge},
                             {"gp", Kind::gp},
                             {"gp-classifier", Kind::gp_classifier}};

const Choices<RidgeMethod> methods = {{"automatic", RidgeMethod::automatic},
                                      {"cholesky", RidgeMethod::cholesky},
                                      {"mixed-cholesky", RidgeMethod::mixed_cholesky},
                                      {"conjugate-gradient", RidgeMethod::conjugate_gradient},
                                      {"nystrom", RidgeMethod::nystrom}};

// The options that some tasks have no use for, and the tasks that have.
const std::set<Kind> machines = {Kind::svc,    Kind::nu_svc,    Kind::svr,
                                 Kind::nu_svr, Kind::one_class, Kind::svdd};
const std::set<Kind> svc_tasks = {Kind::svc, Kind::nu_svc};
const std::set<Kind> gp_tasks = {Kind::gp, Kind::gp_classifier};
const std::map<std::string, std::set<Kind>> meaning = {
    {"--C", {Kind::svc, Kind::svr, Kind::nu_svr}},
    {"--nu", {Kind::nu_svc, Kind::nu_svr, Kind::one_class, Kind::svdd}},
    {"--epsilon", {Kind::svr}},
    {"--lambda", {Kind::ridge}},
    {"--noise", {Kind::gp}},
    {"--no-optimise", gp_tasks},
    {"--restarts", gp_tasks},
    {"--method", {Kind::ridge}},
    {"--probabilities", svc_tasks},
    {"--against-rest", svc_tasks},
    {"--class-weight", svc_tasks},
    {"--relative-gap", machines}};

double variance(const Col<double>& y) {
  const double value = y.is_empty() ? 1 : arma::var(y, 1);
  return value > 0 ? value : 1;
}

std::vector<ClassWeight> class_weights(const std::vector<std::string>& texts,
                                       const std::vector<std::string>& names) {
  std::vector<ClassWeight> out;
  for (const std::string& text : texts) {
    const auto sign = text.rfind('=');
    const auto label = code_of(text.substr(0, sign), names);
    double weight = 0;
    if (!label || sign == std::string::npos ||
        !CLI::detail::lexical_cast(text.substr(sign + 1), weight)) {
      throw UsageError("--class-weight must be LABEL=WEIGHT with a label of the data, is '" + text +
                       "'");
    }
    out.push_back({*label, weight});
  }
  return out;
}

}  // namespace

std::string to_string(Kind kind) { return word_of(kinds, kind); }

Task task_of(Kind kind) {
  if (kind == Kind::one_class || kind == Kind::svdd) return Task::novelty;
  return svc_tasks.contains(kind) || kind == Kind::gp_classifier ? Task::classification
                                                                 : Task::regression;
}

void FitOptions::add_to(CLI::App& command) {
  add_task_to(command);
  add_parameters_to(command);
  add_solver_to(command);
}

void FitOptions::add_task_to(CLI::App& command) {
  command_ = &command;
  add_choice(command, "--task", kind, kinds, "What to train")->required();
}

void FitOptions::add_parameters_to(CLI::App& command) {
  const CLI::Validator positive = positive_number();
  command
      .add_option("--kernel", kernel,
                  "Such as \"rbf(gamma=0.1)\" or \"0.5 * matern32(length=2) + linear()\"; "
                  "default: rbf(gamma = 1 / (features * variance))")
      ->type_name("EXPRESSION");
  command.add_option("--C", C, "Price of a unit of slack, default 1")
      ->check(positive)
      ->type_name("X");
  command
      .add_option("--nu", nu, "Share of the rows outside at most, support at least, default 0.5")
      ->check(CLI::Range(0.0, 1.0).description(""))
      ->type_name("X");
  command.add_option("--epsilon", epsilon, "Half width of the tube of svr, default 0.1")
      ->check(non_negative_number())
      ->type_name("X");
  command.add_option("--lambda", lambda, "Added to the diagonal of K by ridge, default 1")
      ->check(positive)
      ->type_name("X");
}

Dataset<double> load_training(const DataOptions& options, Kind kind) {
  const Task task = task_of(kind);
  if (!options.normal.empty() && task != Task::novelty) {
    throw UsageError("--normal is of one-class and svdd, not of " + to_string(kind));
  }
  Dataset<double> data = options.load(task != Task::novelty);
  const std::string file = options.path == "-" ? "<stdin>" : options.path;
  const std::vector<std::string>& words = data.layout.class_names;
  if (task == Task::regression && !words.empty()) {
    throw ParseError(file, 0,
                     "the target holds words, such as '" + words.front() + "'; " + to_string(kind) +
                         " needs numbers, svc takes classes");
  }
  const auto broken = std::ranges::find_if(data.y, [](double y) { return y != std::floor(y); });
  if (task == Task::classification && broken != data.y.end()) {
    throw ParseError(file, 0,
                     "the target holds " + brief(*broken) + ", which is no class; " +
                         "svr, ridge and gp learn numbers");
  }
  options.mark_normal(data);
  return data;
}

void FitOptions::add_solver_to(CLI::App& command) {
  const CLI::Validator positive = positive_number();
  command
      .add_option("--noise", noise,
                  "Variance of the outputs of gp, where its search begins; default: a tenth of "
                  "the variance of the target")
      ->check(positive)
      ->type_name("X");
  command.add_flag_callback(
      "--no-optimise", [this] { optimise = false; },
      "Keep the kernel's parameters: gp and gp-classifier choose them by likelihood otherwise");
  command.add_option("--restarts", restarts, "Further starts of that search, default 0")
      ->check(whole_number(0, 10000))
      ->type_name("N");
  add_choice(command, "--method", method, methods, "How ridge solves, default automatic");
  command.add_flag("--probabilities", probabilities,
                   "Calibrate probabilities of svc and nu-svc: five more fits");
  command.add_flag("--against-rest", against_rest,
                   "Each class against all others; default: each pair of classes");
  command.add_option("--class-weight", class_weights, "Factor of C for a class; may be repeated")
      ->type_name("LABEL=X");
  command
      .add_option("--tolerance", tolerance,
                  "Where the solver stops, default 1e-3 (the largest violation) for support "
                  "vector machines, 1e-4 (error over the target's deviation) for ridge and gp")
      ->check(positive)
      ->type_name("X");
  command
      .add_option("--relative-gap", relative_gap,
                  "Stop only at a duality gap below this share of the objective, too")
      ->check(positive)
      ->type_name("X");
  command.add_option("--max-iterations", max_iterations, "Default: the solver's own limit")
      ->check(whole_number(0, 1'000'000'000'000'000))
      ->type_name("N");
  command.add_option("--time-limit", time_limit, "Seconds, then the best model so far is taken")
      ->check(positive)
      ->type_name("S");
  command.add_option("--seed", seed, "Of all that is random, default 1")
      ->check(whole_number(0, std::numeric_limits<long long>::max()))
      ->type_name("N");
  add_budget(command, budget, "kernel values and factors");
}

bool FitOptions::given(const std::string& option) const {
  return command_ != nullptr && command_->count(option) > 0;
}

void FitOptions::require_meaning() const {
  for (const auto& [option, of_tasks] : meaning) {
    if (of_tasks.contains(kind) || !given(option)) continue;
    std::string names;
    for (const Kind one : of_tasks) names += (names.empty() ? "" : ", ") + to_string(one);
    throw UsageError(option + " has no meaning for " + to_string(kind) + ", only for " + names);
  }
}

AnyKernel read_kernel(const std::string& expression) {
  try {
    return parse_kernel(expression);
  } catch (const std::invalid_argument& error) {
    throw UsageError(std::string("--kernel: ") + error.what());
  }
}

AnyKernel kernel_for(const FitOptions& options, const Mat<double>& X, const Col<double>& y) {
  if (!options.kernel.empty()) return read_kernel(options.kernel);
  const Rbf rbf(X.min() < X.max() ? scale_gamma(X) : 1.0);
  if (options.kind == Kind::gp) return variance(y) * rbf;
  if (options.kind == Kind::gp_classifier) return 1.0 * rbf;
  return rbf;
}

AnyModel make_model(const FitOptions& options, const Kernel& kernel, const Col<double>& y,
                    const std::vector<std::string>& class_names, int threads,
                    const ProgressCallback& progress) {
  const auto with_limits = [&](auto model_options) {
    model_options.threads = threads;
    model_options.memory_budget = options.budget;
    model_options.progress = progress;
    if constexpr (requires { model_options.time_limit; }) {
      model_options.time_limit = options.time_limit;
    }
    if constexpr (requires { model_options.search.time_limit; }) {
      model_options.search.time_limit = options.time_limit;
      model_options.search.restarts = options.restarts;
      model_options.search.seed = options.seed;
      model_options.optimise = options.optimise;
    }
    if constexpr (requires { model_options.seed; }) model_options.seed = options.seed;
    if constexpr (requires { model_options.tolerance; }) {
      if (options.tolerance > 0) model_options.tolerance = options.tolerance;
    }
    if constexpr (requires { model_options.relative_gap; }) {
      model_options.relative_gap = options.relative_gap;
    }
    if constexpr (requires { model_options.max_iterations; }) {
      if (options.max_iterations > 0) model_options.max_iterations = options.max_iterations;
    }
    if constexpr (requires { model_options.checkpoint; }) {
      model_options.checkpoint = options.checkpoint;
    }
    return model_options;
  };
  const bool is_nu = options.kind == Kind::nu_svc || options.kind == Kind::nu_svr;
  const double nu = is_nu ? options.nu : 0;
  try {
    switch (options.kind) {
      case Kind::svc:
      case Kind::nu_svc: {
        SvcOptions svc{.C = options.C, .nu = nu};
        svc.class_weights = cli::class_weights(options.class_weights, class_names);
        svc.multi_class =
            options.against_rest ? MultiClass::one_against_rest : MultiClass::one_against_one;
        svc.probabilities = options.probabilities;
        return Svc<double>(kernel, with_limits(svc));
      }
      case Kind::svr:
      case Kind::nu_svr:
        return Svr<double>(
            kernel, with_limits(SvrOptions{.C = options.C, .epsilon = options.epsilon, .nu = nu}));
      case Kind::one_class:
        return OneClassSvm<double>(kernel, with_limits(OneClassSvmOptions{.nu = options.nu}));
      case Kind::svdd:
        return Svdd<double>(kernel, with_limits(SvddOptions{.nu = options.nu}));
      case Kind::ridge:
        return KernelRidge<double>(
            kernel,
            with_limits(KernelRidgeOptions{.lambda = options.lambda, .method = options.method}));
      case Kind::gp: {
        const double noise = options.noise > 0 ? options.noise : 0.1 * variance(y);
        return GaussianProcess<double>(kernel, with_limits(GaussianProcessOptions{.noise = noise}));
      }
      case Kind::gp_classifier:
        return GaussianProcessClassifier<double>(kernel,
                                                 with_limits(GaussianProcessClassifierOptions{}));
    }
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  throw UsageError("unknown task");
}

}  // namespace mercer::cli
