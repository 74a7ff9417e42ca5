// mercer gram: the kernel matrix of the rows of a file, or of the rows of two.
#include "mercer/gram/gram.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/choice.hpp"
#include "cli/data_options.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/quality.hpp"
#include "cli/session.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/core/write_file.hpp"
#include "mercer/data/load_hdf5.hpp"
#include "mercer/data/load_npy.hpp"
#include "mercer/data/save_csv.hpp"
#include "mercer/gram/memory_plan.hpp"
#include "mercer/kernel/parse.hpp"

namespace mercer::cli {
namespace {

struct GramCommand {
  DataOptions data;
  std::string second;
  std::string kernel;
  Scaling scaling = Scaling::none;
  std::string output;
  bool in_float = false;
  std::size_t budget = 0;
};

AnyKernel kernel_of(const std::string& expression) {
  try {
    return parse_kernel(expression);
  } catch (const std::invalid_argument& error) {
    throw UsageError(std::string("--kernel: ") + error.what());
  }
}

bool is_hdf5(const std::string& suffix) { return suffix == ".h5" || suffix == ".hdf5"; }

void require_format(const GramCommand& options, const Session& session) {
  if (options.output == "-") {
    if (session.json) throw UsageError("--output - and --json both ask for standard output");
    return;
  }
  const std::string suffix = lower_suffix(options.output);
  if (suffix != ".npy" && suffix != ".csv" && !is_hdf5(suffix)) {
    throw UsageError("--output must end in .npy, .h5, .hdf5 or .csv, or be - for CSV, is " +
                     options.output);
  }
  require_writable(options.output);
}

template <class T>
void save_matrix(const std::string& path, const Mat<T>& K) {
  const std::string suffix = lower_suffix(path);
  if (suffix == ".npy") {
    save_npy(path, K);
  } else if (is_hdf5(suffix)) {
    save_hdf5(path, Mat<T>(K.t()), "K");  // an array of shape (rows, columns), row by row
  } else {
    save_csv(path, K);
  }
}

// Y: empty for K(X, X).
template <class T>
Report compute(const GramCommand& options, const Kernel& kernel, const Mat<double>& X,
               const Mat<double>& Y, int threads) {
  const GramOptions gram_options{.threads = threads, .memory_budget = options.budget};
  const Mat<T> rows = arma::conv_to<Mat<T>>::from(X);
  Mat<T> K;
  Report report;
  try {
    if (Y.is_empty()) {
      report = gram_into(K, kernel, rows, gram_options);
    } else {
      const Mat<T> columns = arma::conv_to<Mat<T>>::from(Y);
      report = gram_into(K, kernel, rows, Points<T>(columns), gram_options);
    }
  } catch (const std::invalid_argument& error) {  // a kernel that these points do not suit
    throw UsageError(error.what());
  }
  end_if_interrupted();
  save_matrix(options.output, K);
  return report;
}

ExitStatus gram_of_rows(const GramCommand& options, const Session& session) {
  require_format(options, session);
  const AnyKernel kernel = kernel_of(options.kernel);
  Dataset<double> data = options.data.load(false);
  const auto scaler = learn_scaling(options.scaling, data.X);
  Mat<double> Y;
  if (!options.second.empty()) {
    DataOptions second = options.data;
    second.path = options.second;
    Y = scaled(scaler, second.load_for(data.layout, data.X.n_rows).X);
  }
  const Mat<double> X = scaled(scaler, std::move(data.X));
  end_if_interrupted();
  const Report report = options.in_float ? compute<float>(options, *kernel, X, Y, session.threads)
                                         : compute<double>(options, *kernel, X, Y, session.threads);

  const index_t columns = Y.is_empty() ? X.n_cols : Y.n_cols;
  const std::size_t bytes = X.n_cols * columns * (options.in_float ? 4 : 8);
  nlohmann::ordered_json json;
  json["status"] = "done";
  json["kernel"] = kernel->expression();
  json["rows"] = X.n_cols;
  json["columns"] = columns;
  json["features"] = X.n_rows;
  json["bytes"] = bytes;
  if (report.entry_error > 0) json["entry_error"] = report.entry_error;
  json["output"] = options.output;
  json["seconds"] = report.seconds;
  json["threads"] = report.threads;
  json["peak_memory_bytes"] = peak_memory_bytes();
  session.note(std::to_string(X.n_cols) + " x " + std::to_string(columns) + " values of " +
               kernel->expression() + " (" + bytes_text(bytes) + ") in " + brief(report.seconds) +
               " s");
  session.print(json);
  return ExitStatus::done;
}

}  // namespace

void add_gram(CLI::App& program, Session& session) {
  const auto options = std::make_shared<GramCommand>();
  CLI::App* command =
      add_command(program, session, "gram", "Compute a kernel matrix and save it",
                  "mercer gram --data heart.csv --kernel \"rbf(gamma=0.1)\" --output K.npy",
                  [options, &session] { return gram_of_rows(*options, session); });
  options->data.add_to(*command);
  command
      ->add_option("--data2", options->second,
                   "The rows that the columns of K stand for; default: those of --data")
      ->type_name("FILE");
  command->add_option("--kernel", options->kernel, "Such as \"rbf(gamma=0.1)\"")
      ->required()
      ->type_name("EXPRESSION");
  add_scale(*command, options->scaling, "How features are scaled, by the rows of --data");
  command
      ->add_option("--output", options->output,
                   "Where K goes: .npy, .h5 (as K), .csv, or - for CSV")
      ->required()
      ->type_name("FILE");
  command->add_flag("--float", options->in_float, "Compute in float: half the memory");
  add_budget(*command, options->budget, "K");
}

}  // namespace mercer::cli
