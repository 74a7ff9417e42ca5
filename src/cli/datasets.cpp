// mercer datasets: the data sets that come with the program.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "cli/session.hpp"
#include "mercer/core/errors.hpp"

namespace mercer::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* index_name = "index.csv";

// A line of index.csv. No field has quotes or commas; rows and features are those of pixels where
// the set is an image, classes 0 where it has none.
struct Entry {
  std::string name, file, task, rows, features, classes, about;
};

// MERCER_DATASETS in the environment; else share/mercer/datasets beside the folder of the program,
// where it is installed; else the folder that it was built from.
fs::path datasets_folder() {
  if (const char* chosen = std::getenv("MERCER_DATASETS"); chosen != nullptr && *chosen != '\0') {
    return chosen;
  }
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / "share" / "mercer" / "datasets";
  if (fs::exists(installed / index_name, ignored)) return installed;
  return MERCER_DATASETS;
}

std::vector<Entry> read_index(const fs::path& folder) {
  const fs::path path = folder / index_name;
  std::ifstream file(path);
  if (!file) {
    throw ParseError(path.string(), 0,
                     "the file cannot be opened; the environment variable MERCER_DATASETS says "
                     "where the data sets are");
  }
  std::vector<Entry> out;
  std::string line;
  std::getline(file, line);  // the header
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    std::istringstream fields(line);
    Entry entry;
    for (std::string* field : {&entry.name, &entry.file, &entry.task, &entry.rows, &entry.features,
                               &entry.classes, &entry.about}) {
      if (!std::getline(fields, *field, ',')) {
        throw ParseError(path.string(), number, "the line must have 7 fields");
      }
    }
    out.push_back(entry);
  }
  return out;
}

nlohmann::ordered_json json_of(const Entry& entry, const fs::path& folder) {
  nlohmann::ordered_json out;
  out["name"] = entry.name;
  out["path"] = (folder / entry.file).string();
  out["task"] = entry.task;
  out["rows"] = std::stoull(entry.rows);
  out["features"] = std::stoull(entry.features);
  out["classes"] = std::stoull(entry.classes);
  out["about"] = entry.about;
  return out;
}

void print_table(const std::vector<Entry>& entries, const fs::path& folder) {
  const auto padded = [](const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 1, ' ');
  };
  const auto right = [](const std::string& text, std::size_t width) {
    return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
  };
  std::cout << "name            rows features  task         what it is\n";
  for (const Entry& entry : entries) {
    std::cout << padded(entry.name, 14) << right(entry.rows, 6) << right(entry.features, 9) << "  "
              << padded(entry.task, 13) << entry.about << '\n';
  }
  std::cout << "\nin " << folder.string() << "; mercer datasets NAME prints the path of one\n";
}

ExitStatus datasets(const std::string& name, const Session& session) {
  const fs::path folder = datasets_folder();
  const std::vector<Entry> entries = read_index(folder);
  if (name.empty()) {
    if (!session.json) print_table(entries, folder);
    nlohmann::ordered_json json;
    json["status"] = "done";
    json["folder"] = folder.string();
    for (const Entry& entry : entries) json["datasets"].push_back(json_of(entry, folder));
    session.print(json);
    return ExitStatus::done;
  }
  const auto entry = std::ranges::find(entries, name, &Entry::name);
  if (entry == entries.end()) {
    std::string names;
    for (const Entry& one : entries) names += (names.empty() ? "" : ", ") + one.name;
    throw UsageError("there is no data set " + name + ", only " + names);
  }
  if (!session.json) std::cout << (folder / entry->file).string() << '\n';
  nlohmann::ordered_json json = {{"status", "done"}};
  json.update(json_of(*entry, folder));
  session.print(json);
  return ExitStatus::done;
}

}  // namespace

void add_datasets(CLI::App& program, Session& session) {
  const auto name = std::make_shared<std::string>();
  CLI::App* command =
      add_command(program, session, "datasets", "List the data sets that come with the program",
                  "mercer train --task svc --data $(mercer datasets heart) --model heart.mercer",
                  [name, &session] { return datasets(*name, session); });
  command->add_option("NAME", *name, "Print the path of this one");
}

}  // namespace mercer::cli
