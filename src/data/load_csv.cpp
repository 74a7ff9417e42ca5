#include "mercer/data/load_csv.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "core/text_file.hpp"
#include "data/csv_fields.hpp"

namespace mercer {
namespace {

using detail::CsvFields;
using detail::quoted;
using detail::TextFile;

constexpr index_t no_column = std::numeric_limits<index_t>::max();

/// What the first line tells about all others.
struct Layout {
  char separator = ',';
  index_t columns = 0;
  std::vector<std::string> names;  // of all columns, empty without a header
  index_t target = no_column;

  std::string describe(index_t column) const {
    const std::string position = "column " + std::to_string(column + 1);
    return names.empty() ? position : "column " + quoted(names[column]) + " (" + position + ")";
  }
};

void require_options(const CsvOptions& options) {
  if (!options.target.empty() && options.target_column) {
    throw std::invalid_argument("load_csv: target and target_column are both given, one is needed");
  }
  if (options.separator != 0 &&
      std::string_view("+-.0123456789eE\"\r\n").find(options.separator) != std::string_view::npos) {
    throw std::invalid_argument(
        "load_csv: separator must not be part of a number, a quote or a "
        "line end, is " +
        quoted({&options.separator, 1}));
  }
}

std::string list_names(const std::vector<std::string>& names) {
  const std::size_t shown = 20;
  std::string text;
  for (std::size_t k = 0; k < std::min(shown, names.size()); ++k) {
    text += (k > 0 ? ", " : "") + quoted(names[k]);
  }
  return text + (names.size() > shown ? ", ... (" + std::to_string(names.size()) + ")" : "");
}

index_t find_target(const TextFile& file, const Layout& layout, const CsvOptions& options) {
  if (options.target_column) {
    if (*options.target_column < layout.columns) return *options.target_column;
    file.refuse("there is no column at position " + std::to_string(*options.target_column) +
                ", positions are 0 to " + std::to_string(layout.columns - 1));
  }
  if (options.target.empty()) return no_column;
  if (layout.names.empty()) {
    file.refuse("there is no header line to find the target " + quoted(options.target) +
                " in; give target_column");
  }
  const auto& names = layout.names;
  const auto found = std::find(names.begin(), names.end(), options.target);
  if (found == names.end()) {
    file.refuse("no column is named " + quoted(options.target) + "; the columns are " +
                list_names(names));
  }
  if (std::find(found + 1, names.end(), options.target) != names.end()) {
    file.refuse("more than one column is named " + quoted(options.target));
  }
  return static_cast<index_t>(found - names.begin());
}

bool is_missing_value(std::string_view field) {
  const auto markers = {"", "?", "NA", "N/A", "null"};
  return std::find(markers.begin(), markers.end(), field) != markers.end();
}

// Words only: a header. Numbers only: data. Both: a guess could lose a point without a word.
bool is_header(const TextFile& file, std::string_view line, char separator) {
  CsvFields fields(file, line, separator);
  std::string_view field;
  std::string_view word;
  std::string_view number;
  double value = 0;
  while (fields.next(field)) {
    if (is_missing_value(field)) continue;
    const char* fault = detail::read_number(field, value);
    (fault == detail::not_a_number ? word : number) = field;
  }
  if (!word.empty() && !number.empty()) {
    file.refuse("words (" + quoted(word) + ") and numbers (" + quoted(number) +
                ") in line 1: say with the header option which it is, names or data; categories "
                "must be encoded as numbers first");
  }
  return !word.empty();
}

Layout read_layout(TextFile& file, const CsvOptions& options) {
  std::string_view line;
  file.next_line(line);
  if (detail::trimmed(line).empty()) file.refuse("the line is blank");

  Layout layout;
  layout.separator = options.separator != 0 ? options.separator : detail::detect_separator(line);
  layout.columns = detail::count_fields(file, line, layout.separator);
  if (options.header == CsvOptions::Header::yes ||
      (options.header == CsvOptions::Header::detect && is_header(file, line, layout.separator))) {
    CsvFields fields(file, line, layout.separator);
    std::string_view field;
    while (fields.next(field)) layout.names.push_back(detail::unescaped(field));
  }
  layout.target = find_target(file, layout, options);
  if (!layout.names.empty() && file.line_count() == 1) {
    file.refuse("there are no data after the header line");
  }
  if (layout.columns == 1 && layout.target == 0) {
    file.refuse("the target is the only column, there are no features");
  }
  if (layout.names.empty()) file.rewind();
  return layout;
}

// Comes before the matrix is taken: the file then has at least a byte for each of its entries.
void require_same_fields(TextFile& file, const Layout& layout) {
  std::string_view line;
  while (file.next_line(line)) {
    const index_t found = detail::count_fields(file, line, layout.separator);
    if (found == layout.columns) continue;
    if (detail::trimmed(line).empty()) file.refuse("the line is blank");
    file.refuse("expected " + std::to_string(layout.columns) + " fields, as in line 1, found " +
                std::to_string(found));
  }
}

[[noreturn]] void refuse_field(const TextFile& file, const Layout& layout, index_t column,
                               std::string_view field, const char* fault) {
  const std::string where = layout.describe(column);
  if (field.empty()) file.refuse(where + " is empty: a missing value");
  if (is_missing_value(field)) file.refuse(where + " holds " + quoted(field) + ": a missing value");
  file.refuse(where + " holds " + quoted(field) + ", " + fault +
              (fault == detail::not_a_number ? "; encode categories as numbers first" : ""));
}

}  // namespace

template <class T>
Dataset<T> load_csv(const std::string& path, const CsvOptions& options) {
  require_options(options);
  TextFile file(path);
  Layout layout = read_layout(file, options);
  require_same_fields(file, layout);

  const bool has_header = !layout.names.empty();
  const bool has_target = layout.target != no_column;
  const index_t n = file.line_count() - (has_header ? 1 : 0);
  Dataset<T> data;
  data.X.set_size(layout.columns - (has_target ? 1 : 0), n);
  if (has_target) data.y.set_size(n);

  std::string_view line;
  std::string_view field;
  file.rewind();
  if (has_header) file.next_line(line);
  T* feature = data.X.memptr();
  for (index_t i = 0; i < n; ++i) {
    file.next_line(line);
    CsvFields fields(file, line, layout.separator);
    for (index_t column = 0; fields.next(field); ++column) {
      T& value = column == layout.target ? data.y[i] : *feature++;
      const char* fault = detail::read_number(field, value);
      if (fault != nullptr) refuse_field(file, layout, column, field, fault);
    }
  }

  if (has_target && has_header) {
    data.target_name = layout.names[layout.target];
    layout.names.erase(layout.names.begin() + static_cast<std::ptrdiff_t>(layout.target));
  }
  data.feature_names = std::move(layout.names);
  return data;
}

template Dataset<double> load_csv(const std::string&, const CsvOptions&);
template Dataset<float> load_csv(const std::string&, const CsvOptions&);

}  // namespace mercer
