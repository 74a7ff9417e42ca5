#include "data/csv_table.hpp"

#include <algorithm>

#include "core/text_file.hpp"
#include "data/csv_fields.hpp"
#include "mercer/core/errors.hpp"

namespace mercer::detail {
namespace {

// Words only: a header. Numbers only: data. Both: a guess could lose a point without a word.
bool is_header(const TextLines& lines, std::string_view line, char separator) {
  CsvFields fields(lines, line, separator);
  std::string_view field;
  std::string_view word;
  std::string_view number;
  double value = 0;
  while (fields.next(field)) {
    if (is_missing_value(field)) continue;
    const char* fault = read_number(field, value);
    (fault == not_a_number ? word : number) = field;
  }
  if (!word.empty() && !number.empty()) {
    lines.refuse("words (" + quoted(word) + ") and numbers (" + quoted(number) +
                 ") in line 1: say with the header option which it is, names or data; categories "
                 "must be encoded as numbers first");
  }
  return !word.empty();
}

}  // namespace

std::string CsvTable::describe(index_t column) const {
  const std::string position = "column " + std::to_string(column + 1);
  return has_header() ? "column " + quoted(names[column]) + " (" + position + ")" : position;
}

index_t CsvTable::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return no_column;
  if (std::find(found + 1, names.end(), name) != names.end()) {
    refuse("more than one column is named " + quoted(name));
  }
  return static_cast<index_t>(found - names.begin());
}

void CsvTable::refuse(const std::string& reason) const { throw ParseError(path, 1, reason); }

CsvTable read_csv_table(const TextBlocks& blocks, const CsvOptions& options) {
  std::string buffer;
  std::string_view line;
  TextLines lines = blocks.lines(0, buffer);
  lines.next_line(line);
  if (trimmed(line).empty()) lines.refuse("the line is blank");

  CsvTable table;
  table.path = blocks.name();
  table.separator = options.separator != 0 ? options.separator : detect_separator(line);
  table.columns = count_fields(lines, line, table.separator);
  if (options.header == CsvOptions::Header::no ||
      (options.header == CsvOptions::Header::detect && !is_header(lines, line, table.separator))) {
    return table;
  }
  CsvFields fields(lines, line, table.separator);
  std::string_view field;
  while (fields.next(field)) table.names.push_back(unescaped(field));
  return table;
}

TextLines data_lines(const TextBlocks& blocks, index_t block, const CsvTable& table,
                     std::string& buffer) {
  TextLines lines = blocks.lines(block, buffer);
  std::string_view header;
  if (block == 0 && table.has_header()) lines.next_line(header);
  return lines;
}

void require_columns(const TextLines& lines, std::string_view line, const CsvTable& table) {
  const index_t found = count_fields(lines, line, table.separator);
  if (found == table.columns) return;
  if (trimmed(line).empty()) lines.refuse("the line is blank");
  lines.refuse("expected " + std::to_string(table.columns) + " fields, as in line 1, found " +
               std::to_string(found));
}

std::string list_names(const std::vector<std::string>& names) {
  const std::size_t shown = 20;
  std::string text;
  for (std::size_t k = 0; k < std::min(shown, names.size()); ++k) {
    text += (k > 0 ? ", " : "") + quoted(names[k]);
  }
  return text + (names.size() > shown ? ", ... (" + std::to_string(names.size()) + ")" : "");
}

}  // namespace mercer::detail
