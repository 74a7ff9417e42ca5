#include "cli/data_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/choice.hpp"
#include "cli/session.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/data/load_dataset.hpp"

namespace mercer::cli {
namespace {

const Choices<std::optional<CsvOptions::Missing>> missing_values = {
    {"refuse", CsvOptions::Missing::refuse},
    {"mean", CsvOptions::Missing::mean},
    {"drop", CsvOptions::Missing::drop}};

const Choices<Scaling> scalings = {{"standard", Scaling::standardise},
                                   {"minmax", Scaling::min_max},
                                   {"signed", Scaling::signed_unit},
                                   {"none", Scaling::none}};

// A position counted from 1, as messages do, or none if text is a name.
std::optional<index_t> position(const std::string& text) {
  if (text.empty() || text.size() > 9 ||
      !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  const index_t value = std::stoul(text);
  if (value == 0) throw UsageError("positions of columns count from 1, 0 is none");
  return value - 1;
}

}  // namespace

void DataOptions::add_to(CLI::App& command) {
  command.add_option("--data", path, "A table: CSV, LIBSVM, .npy or HDF5; - is standard input")
      ->required()
      ->type_name("FILE");
  add_reading_to(command);
}

void DataOptions::add_reading_to(CLI::App& command) {
  command
      .add_option("--target", target,
                  "The column to learn, by name or by position from 1; default: one named target")
      ->type_name("NAME|INDEX");
  command
      .add_option("--one-hot", one_hot,
                  "A column of categories: becomes a feature for each; may be repeated; without a "
                  "header its position from 1")
      ->allow_extra_args(false)
      ->type_name("NAME");
  add_choice(command, "--missing", missing, missing_values,
             "Missing values: refuse, put the column's mean, or drop the row; default: refuse, but "
             "mean for a model that was trained with it");
  command.add_option("--separator", separator, "Of fields; default: the first of tab ; , space")
      ->check([](const std::string& text) {
        return text.size() == 1 ? std::string() : "one character is needed";
      })
      ->type_name("CHARACTER");
  command.add_flag("--no-header", no_header, "Line 1 is data, whatever it looks like");
}

void DataOptions::add_normal_to(CLI::App& command) {
  command
      .add_option("--normal", normal,
                  "Of one-class and svdd: the target's label of rows that are no novelties; "
                  "default: the target is +1 there, and -1 in novelties")
      ->type_name("LABEL");
}

void DataOptions::mark_normal(Dataset<double>& data) const {
  if (normal.empty()) return;
  if (data.y.is_empty()) throw UsageError("--normal needs the target");
  const auto code = code_of(normal, data.layout.class_names);
  const arma::uvec is_normal =
      code ? arma::uvec(data.y == static_cast<double>(*code)) : arma::uvec();
  if (!arma::any(is_normal)) throw UsageError("--normal: no row has the label " + normal);
  for (index_t i = 0; i < data.y.n_elem; ++i) data.y(i) = is_normal(i) != 0 ? 1 : -1;
  data.layout.class_names.clear();
}

std::optional<arma::sword> code_of(const std::string& label,
                                   const std::vector<std::string>& class_names) {
  if (class_names.empty()) {
    arma::sword code = 0;
    const bool understood = CLI::detail::lexical_cast(label, code);
    return understood ? std::optional(code) : std::nullopt;
  }
  const auto name = std::ranges::find(class_names, label);
  if (name == class_names.end()) return std::nullopt;
  return name - class_names.begin();
}

void add_scale(CLI::App& command, Scaling& scaling, const std::string& description) {
  add_choice(command, "--scale", scaling, scalings,
             description + "; default " + word_of(scalings, scaling));
}

std::string scaling_text(Scaling scaling) {
  if (scaling == Scaling::none) return {};
  return ", features scaled (" + word_of(scalings, scaling) + ")";
}

Dataset<double> DataOptions::load(bool needs_target) const {
  CsvOptions options = csv_options();
  for (const std::string& name : one_hot) {
    const auto place = position(name);
    options.one_hot.push_back(place && no_header ? std::to_string(*place) : name);
  }
  Dataset<double> data = load_dataset<double>(path, {.csv = options});
  if (needs_target && data.y.is_empty()) {
    throw UsageError("--target is needed: " + path + " has no column named target");
  }
  return data;
}

Dataset<double> DataOptions::load_for(const TableLayout& layout, index_t d) const {
  CsvOptions options = csv_options();
  if (!layout.columns.empty()) {
    options.layout = layout;
    if (target.empty()) options.target.clear();  // that of the layout
    const bool has_means = std::ranges::any_of(
        layout.columns, [](const TableColumn& c) { return c.mean.has_value(); });
    if (missing == CsvOptions::Missing::mean && !has_means) {
      throw UsageError("--missing mean: the model knows no means; train it with --missing mean");
    }
    if (missing && missing != CsvOptions::Missing::mean) {
      for (TableColumn& column : options.layout->columns) column.mean.reset();
    }
  }
  Dataset<double> data = load_dataset<double>(path, {.csv = options, .libsvm = {.dimension = d}});
  if (d != 0 && data.X.n_rows != d) {
    throw ParseError(path, 0,
                     "has " + std::to_string(data.X.n_rows) +
                         " features, the model was trained on " + std::to_string(d));
  }
  return data;
}

void note_missing(const Dataset<double>& data, const Session& session) {
  if (data.dropped_rows > 0) {
    session.note(std::to_string(data.dropped_rows) + " rows with a missing value are left out");
  }
  if (data.filled_values > 0) {
    session.note(
        std::to_string(data.filled_values) +
        " missing values got the mean of their column, over all rows of the training data");
  }
}

CsvOptions DataOptions::csv_options() const {
  CsvOptions options;
  if (!separator.empty()) options.separator = separator[0];
  if (no_header) options.header = CsvOptions::Header::no;
  options.missing = missing.value_or(CsvOptions::Missing::refuse);
  options.target_column = position(target);
  if (!options.target_column) {
    options.target_is_optional = target.empty();
    options.target = target.empty() ? "target" : target;
  }
  return options;
}

}  // namespace mercer::cli
