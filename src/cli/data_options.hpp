// The data that commands read.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mercer/data/dataset.hpp"
#include "mercer/data/load_csv.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/data/table_layout.hpp"

namespace mercer::cli {

/// --data and how the file is to be read.
class DataOptions {
 public:
  std::string path = {};
  std::string target =
      {};  // name, or position from 0; empty: a column named target, if there is one
  std::vector<std::string> one_hot = {};
  std::string missing = "refuse";
  std::string separator = {};
  bool no_header = false;

  /// Adds --data and the others to a command.
  void add_to(CLI::App& command);

  /// The training data. needs_target: whether it is an error to have none.
  Dataset<double> load(bool needs_target) const;

  /// Data for a model that was trained on a table with this layout, or on points of dimension d;
  /// the target may be absent.
  Dataset<double> load_for(const TableLayout& layout, index_t d) const;

 private:
  CsvOptions csv_options() const;
};

/// What --scale says: standard, minmax, signed or none.
extern const std::vector<std::string> scalings;

/// The scaler of that name, learnt from X; none for "none".
std::optional<Scaler<double>> learn_scaler(const std::string& name, const Mat<double>& X);

}  // namespace mercer::cli
