// mercer info: the program and the machine, or what a file holds.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/data_options.hpp"
#include "cli/describe.hpp"
#include "cli/file_kind.hpp"
#include "cli/session.hpp"
#include "cli/spooled_input.hpp"
#include "mercer/core/build_info.hpp"
#include "mercer/core/memory.hpp"
#include "mercer/model/libsvm_model.hpp"

namespace mercer::cli {
namespace {

nlohmann::ordered_json describe_machine(const Session& session) {
  nlohmann::ordered_json out;
  out["version"] = MERCER_VERSION;
  out["simd"] = simd_target();
  out["threads"] = threads_of(session);
  out["blas"] = blas_name();
  out["lapack"] = lapack_version();
  out["armadillo"] = armadillo_version();
  out["compiler"] = compiler_name();
  out["memory_budget_bytes"] = resolve_memory_budget(0);
  return out;
}

nlohmann::ordered_json describe_libsvm_model(const std::string& path) {
  nlohmann::ordered_json out = describe(from_libsvm(path));
  out["kind"] = "LIBSVM model";
  // The file knows nothing of the fit and of the table.
  for (const char* name : {"options", "scaled", "fit"}) out.erase(name);
  return out;
}

nlohmann::ordered_json describe_file(const DataOptions& options) {
  switch (file_kind(options.path)) {
    case FileKind::model:
      return describe(load_any_model(options.path));
    case FileKind::libsvm_model:
      return describe_libsvm_model(options.path);
    case FileKind::image:
      return describe_image(options.path);
    case FileKind::array:
      return describe_array(options.path);
    case FileKind::hdf5:
      return describe_hdf5(options.path);
    case FileKind::table:
      break;
  }
  return describe_table(options);
}

ExitStatus info(const DataOptions& options, const Session& session) {
  nlohmann::ordered_json json = {{"status", "done"}}, found;
  if (options.path.empty()) {
    found = describe_machine(session);
  } else {
    with_input_file(options.path, [&](const std::string& path) {
      DataOptions own = options;
      own.path = path;
      found = describe_file(own);
    });
  }
  if (!session.json) print_readable(std::cout, found);
  json.update(found);
  session.print(json);
  return ExitStatus::done;
}

}  // namespace

void add_info(CLI::App& program, Session& session) {
  const auto options = std::make_shared<DataOptions>();
  CLI::App* command =
      add_command(program, session, "info",
                  "Tell what a file holds: a model, data, an image; or what the program runs with",
                  "mercer info heart.csv", [options, &session] { return info(*options, session); });
  command->add_option("FILE", options->path, "The file; without it, the program and the machine");
  options->add_reading_to(*command);
}

}  // namespace mercer::cli
