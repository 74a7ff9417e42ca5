// The data that commands read.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "mercer/data/dataset.hpp"
#include "mercer/data/load_csv.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/data/table_layout.hpp"

namespace mercer::cli {

/// A file of data, and how it is to be read.
class DataOptions {
 public:
  std::string path = {};
  std::string target = {};  // name, or position from 1; empty: a column named target, if any
  std::vector<std::string> one_hot = {};
  std::optional<CsvOptions::Missing> missing = {};
  std::string separator = {};
  bool no_header = false;
  std::string normal = {};  // label of the rows that are no novelties

  /// Adds --data and the others to a command.
  void add_to(CLI::App& command);

  /// Adds the others: how the file is to be read.
  void add_reading_to(CLI::App& command);

  /// Adds --normal, for commands that compare novelties with the target.
  void add_normal_to(CLI::App& command);

  /// With --normal, the target becomes +1 in rows with that label and -1 in the others. Throws
  /// UsageError if no row has it.
  void mark_normal(Dataset<double>& data) const;

  /// The training data. needs_target: whether it is an error to have none.
  Dataset<double> load(bool needs_target) const;

  /// Data for a model that was trained on a table with this layout, or on points of dimension d;
  /// the target may be absent. Without --missing, missing values get the means of the training
  /// rows if the layout has them. Throws UsageError on --missing mean if it has none.
  Dataset<double> load_for(const TableLayout& layout, index_t d) const;

 private:
  CsvOptions csv_options() const;
};

/// Notes what became of missing values, if there were any.
void note_missing(const Dataset<double>& data, const Session& session);

/// The code of a label: its place in class_names, or its own value if there are none.
std::optional<arma::sword> code_of(const std::string& label,
                                   const std::vector<std::string>& class_names);

/// Adds --scale, which says how features are scaled; scaling is the default.
void add_scale(CLI::App& command, Scaling& scaling, const std::string& description);

/// ", features scaled (standard)", or nothing if they are not.
std::string scaling_text(Scaling scaling);

}  // namespace mercer::cli
