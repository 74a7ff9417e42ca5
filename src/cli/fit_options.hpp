// What the program can train, and the options of a fit.
#pragma once

#include <CLI/App.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "cli/data_options.hpp"
#include "mercer/core/checkpoint.hpp"
#include "mercer/core/types.hpp"
#include "mercer/model/model_file.hpp"
#include "mercer/selection/model_calls.hpp"

namespace mercer::cli {

enum class Kind { svc, nu_svc, svr, nu_svr, one_class, svdd, ridge, gp, gp_classifier };

/// "svc", "nu-svc", ...: the words of --task.
std::string to_string(Kind kind);

Task task_of(Kind kind);

/// The training data of a task. Throws ParseError if the target suits another kind of task: words
/// for numbers, or numbers for classes.
Dataset<double> load_training(const DataOptions& options, Kind kind);

/// The options of a fit, as the command line gives them.
class FitOptions {
 public:
  Kind kind = Kind::svc;    // of --task
  std::string kernel = {};  // empty: see kernel_for
  double C = 1;
  double nu = 0.5;
  double epsilon = 0.1;
  double lambda = 1;
  double noise = 0;      // 0: see make_model
  bool optimise = true;  // of Gaussian processes
  index_t restarts = 0;  // of their ascent
  RidgeMethod method = RidgeMethod::automatic;
  bool probabilities = false;
  bool against_rest = false;
  std::vector<std::string> class_weights = {};  // LABEL=WEIGHT
  double tolerance = 0;                         // 0: that of the model
  double relative_gap = 0;
  index_t max_iterations = 0;  // 0: that of the model
  double time_limit = std::numeric_limits<double>::infinity();
  std::uint64_t seed = 1;
  std::size_t budget = 0;
  CheckpointOptions checkpoint = {};

  /// Adds --task and all the others to a command.
  void add_to(CLI::App& command);

  /// Adds a part of them.
  void add_task_to(CLI::App& command);
  void add_parameters_to(CLI::App& command);  // --kernel, --C, --nu, --epsilon, --lambda
  void add_solver_to(CLI::App& command);      // the others

  /// Throws UsageError if an option is given that has no meaning for the task.
  void require_meaning() const;

  bool given(const std::string& option) const;

 private:
  const CLI::App* command_ = nullptr;
};

/// The kernel of --kernel. Throws UsageError if it cannot be read.
AnyKernel read_kernel(const std::string& expression);

/// The kernel of --kernel; without it rbf(gamma = 1 / (d var X)), times the variance of y for
/// Gaussian processes. X: d x n, as the model gets it. Throws UsageError if it cannot be read.
AnyKernel kernel_for(const FitOptions& options, const Mat<double>& X, const Col<double>& y);

/// A model that is not fitted. Of a Gaussian process without --noise, the noise begins at a tenth
/// of the variance of y. class_names: of the layout. Throws UsageError on options out of range.
AnyModel make_model(const FitOptions& options, const Kernel& kernel, const Col<double>& y,
                    const std::vector<std::string>& class_names, int threads,
                    const ProgressCallback& progress);

}  // namespace mercer::cli
