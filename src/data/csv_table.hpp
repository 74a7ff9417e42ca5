// What the first line of a CSV file tells about all others.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/text_blocks.hpp"
#include "mercer/data/load_csv.hpp"

namespace mercer::detail {

inline constexpr index_t no_column = std::numeric_limits<index_t>::max();

struct CsvTable {
  std::string path;
  char separator = ',';
  index_t columns = 0;
  std::vector<std::string> names;  // of all columns, empty without a header

  bool has_header() const { return !names.empty(); }

  /// "column 'a' (column 1)", "column 1".
  std::string describe(index_t column) const;

  /// The position of a name; no_column if it is not there. Throws ParseError if it is there twice.
  index_t find(std::string_view name) const;

  /// Throws ParseError, line 1 to blame.
  [[noreturn]] void refuse(const std::string& reason) const;
};

/// Throws ParseError if line 1 is blank, words and numbers, or a header without data after it.
CsvTable read_csv_table(const TextBlocks& blocks, const CsvOptions& options);

/// The lines of a block without the header.
TextLines data_lines(const TextBlocks& blocks, index_t block, const CsvTable& table,
                     std::string& buffer);

/// Throws ParseError for a line whose number of fields is not that of the table; returns if it is.
void require_columns(const TextLines& lines, std::string_view line, const CsvTable& table);

/// "'a', 'b', 'c'", the first 20 of them.
std::string list_names(const std::vector<std::string>& names);

}  // namespace mercer::detail
