// What becomes of each column of a CSV file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/csv_table.hpp"

namespace mercer::detail {

struct CsvColumn {
  bool is_target = false;
  bool is_words = false;             // categories, or classes if it is the target
  std::vector<std::string> words{};  // sorted
  std::optional<double> fill{};      // what stands for a missing number
  index_t place = 0;                 // in TableLayout::columns, unless it is the target
  index_t feature = 0;               // its first row of X, unless it is the target
};

struct CsvPlan {
  CsvTable table;
  std::vector<CsvColumn> columns;  // as in the file
  index_t target = no_column;
  CsvOptions::Missing missing = CsvOptions::Missing::refuse;

  /// Whether this field makes the reader leave out its line.
  bool drops_line(const CsvColumn& column, std::string_view field) const;
};

/// The columns as the options and their layout have them; words are still to be found if there is
/// no layout. Throws ParseError for columns that are not there, or not of the layout.
CsvPlan plan_csv(const CsvTable& table, const CsvOptions& options);

/// Gives each column its rows of X, in the order of the places; returns the number of rows.
index_t place_features(CsvPlan& plan);

/// The layout of a table that was read with this plan.
TableLayout layout_of(const CsvPlan& plan);

/// The names of the rows of X: "length", "colour=red"; empty if the columns have no names.
std::vector<std::string> feature_names(const TableLayout& layout);

}  // namespace mercer::detail
