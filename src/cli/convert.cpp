// mercer convert: data, and models to and from LIBSVM, in another format.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

#include "cli/choice.hpp"
#include "cli/data_options.hpp"
#include "cli/file_kind.hpp"
#include "cli/input.hpp"
#include "cli/predictions.hpp"
#include "cli/session.hpp"
#include "cli/spooled_input.hpp"
#include "mercer/core/write_file.hpp"
#include "mercer/data/load_hdf5.hpp"
#include "mercer/data/load_npy.hpp"
#include "mercer/data/save_csv.hpp"
#include "mercer/data/save_libsvm.hpp"
#include "mercer/model/libsvm_model.hpp"

namespace mercer::cli {
namespace {

enum class Format { csv, libsvm, npy, hdf5, mercer };

const Choices<std::optional<Format>> formats = {{"csv", Format::csv},
                                                {"libsvm", Format::libsvm},
                                                {"npy", Format::npy},
                                                {"hdf5", Format::hdf5},
                                                {"mercer", Format::mercer}};
const Choices<std::optional<Format>> suffixes = {
    {".csv", Format::csv},       {".libsvm", Format::libsvm}, {".svm", Format::libsvm},
    {".npy", Format::npy},       {".h5", Format::hdf5},       {".hdf5", Format::hdf5},
    {".mercer", Format::mercer}, {".model", Format::libsvm}};

struct ConvertOptions {
  DataOptions data;  // its path is IN
  std::string output;
  std::optional<Format> to;
};

// --to, or what the suffix of OUT says.
std::optional<Format> wanted_format(const ConvertOptions& options) {
  if (options.to) return options.to;
  const std::string suffix = lower_suffix(options.output);
  for (const auto& [one, format] : suffixes) {
    if (one == suffix) return format;
  }
  return {};
}

void require_model_format(const ConvertOptions& options, Format possible) {
  const Format wanted = wanted_format(options).value_or(possible);
  if (wanted == possible) return;
  throw UsageError(options.data.path + " is a model " +
                   (possible == Format::libsvm ? "of mercer" : "of LIBSVM") +
                   ", which can become --to " + word_of<std::optional<Format>>(formats, possible) +
                   " only, not " + word_of<std::optional<Format>>(formats, wanted));
}

void warn_of_losses(const ModelContext& context, const Session& session) {
  if (context.scaler) {
    session.warn(
        "LIBSVM's format has no place for the scaler: scale the features of new rows "
        "before svm-predict, (x - shift) / scale as mercer info --json tells");
  }
  if (!context.layout.class_names.empty()) {
    session.warn(
        "LIBSVM's format has no names of classes: svm-predict prints their positions, "
        "from 0");
  }
}

nlohmann::ordered_json model_to_libsvm(const ConvertOptions& options, const Session& session) {
  require_model_format(options, Format::libsvm);
  const LoadedModel loaded = load_any_model(options.data.path);
  const auto write = [&](const auto& model) {
    if constexpr (requires { to_libsvm(options.output, model); }) {
      to_libsvm(options.output, model);
    } else {
      throw UsageError("LIBSVM has no models of kind " + name_of(loaded.model));
    }
  };
  try {
    std::visit(write, loaded.model);
  } catch (const std::invalid_argument& error) {  // a kernel that LIBSVM does not have
    throw UsageError(error.what());
  }
  warn_of_losses(loaded.context, session);
  return {{"model", name_of(loaded.model)}, {"format", "libsvm"}};
}

nlohmann::ordered_json model_from_libsvm(const ConvertOptions& options) {
  require_model_format(options, Format::mercer);
  const LoadedModel loaded = from_libsvm(options.data.path);
  std::visit([&](const auto& model) { save_model(options.output, model, loaded.context); },
             loaded.model);
  return {{"model", name_of(loaded.model)}, {"format", "mercer"}};
}

// n x d, and the target behind as one more column.
Mat<double> with_target(const Dataset<double>& data) {
  Mat<double> out = data.X.t();
  if (!data.y.is_empty()) out.insert_cols(out.n_cols, data.y);
  return out;
}

void save_data(const std::string& path, Format format, const Dataset<double>& data) {
  switch (format) {
    case Format::csv:
      return save_csv(path, data);
    case Format::libsvm:
      return save_libsvm(path, data);
    case Format::npy:
      return save_npy(path, with_target(data));
    case Format::hdf5:
      return save_hdf5(path, data);
    case Format::mercer:
      throw UsageError("--to mercer is for models of LIBSVM; this file holds data");
  }
}

nlohmann::ordered_json convert_data(const ConvertOptions& options, const Session& session) {
  const std::optional<Format> format = wanted_format(options);
  if (!format) {
    throw UsageError("the suffix of " + options.output +
                     " is no format: say --to csv, libsvm, npy or hdf5");
  }
  const Dataset<double> data = options.data.load(false);
  save_data(options.output, *format, data);
  if (!data.layout.class_names.empty() && *format != Format::csv) {
    session.warn("the names of the classes are lost: their positions, from 0, are the labels");
  }
  if (!data.y.is_empty() && *format == Format::npy) {
    session.note("the last column is the target");
  }
  if (data.y.is_empty() && *format == Format::libsvm) {
    session.note("there is no target: the labels are 0");
  }
  return {{"rows", data.X.n_cols},
          {"features", data.X.n_rows},
          {"has_target", !data.y.is_empty()},
          {"format", word_of(formats, format)}};
}

// The input is a file.
void convert_file(const ConvertOptions& options, const Session& session) {
  const FileKind kind = file_kind(options.data.path);
  if (kind == FileKind::image) {
    throw UsageError(options.data.path +
                     " is an image: mercer smooth with --sigma 0 writes it in another format");
  }
  nlohmann::ordered_json json = {{"status", "done"}};
  json.update(kind == FileKind::model          ? model_to_libsvm(options, session)
              : kind == FileKind::libsvm_model ? model_from_libsvm(options)
                                               : convert_data(options, session));
  json["output"] = options.output;
  json["peak_memory_bytes"] = peak_memory_bytes();
  session.note("saved in " + options.output + " as " + json["format"].get<std::string>());
  session.print(json);
}

ExitStatus convert(const ConvertOptions& options, const Session& session) {
  if (options.output == "-" && session.json) {
    throw UsageError("OUT - and --json both ask for standard output");
  }
  require_writable(options.output);
  with_input_file(options.data.path, [&](const std::string& path) {
    ConvertOptions own = options;
    own.data.path = path;
    convert_file(own, session);
  });
  return ExitStatus::done;
}

}  // namespace

void add_convert(CLI::App& program, Session& session) {
  const auto options = std::make_shared<ConvertOptions>();
  CLI::App* command = add_command(program, session, "convert",
                                  "Write data, or a model of LIBSVM or for it, in another format",
                                  "mercer convert heart.csv heart.libsvm --target target\n"
                                  "  mercer convert heart.mercer heart.model --to libsvm",
                                  [options, &session] { return convert(*options, session); });
  command->add_option("IN", options->data.path, "Data or a model; its content says which")
      ->required()
      ->type_name("FILE");
  command->add_option("OUT", options->output, "Where it goes; - is standard output")
      ->required()
      ->type_name("FILE");
  add_choice(*command, "--to", options->to, formats,
             "The format; default: that of the suffix of OUT, and for models the other one");
  options->data.add_reading_to(*command);
}

}  // namespace mercer::cli
