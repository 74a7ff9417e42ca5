#include "data/csv_fields.hpp"

#include <algorithm>

#include "core/text_file.hpp"

namespace mercer::detail {

CsvFields::CsvFields(const TextLines& lines, std::string_view line, char separator)
    : lines_(lines), rest_(separator == '\t' ? line : trimmed(line)), separator_(separator) {}

// The position of the separator that ends the first field of rest_, or the size of rest_.
std::size_t CsvFields::field_end() const {
  std::size_t from = 0;
  const auto start = rest_.find_first_not_of(' ');
  if (start != std::string_view::npos && rest_[start] == '"' && rest_[start] != separator_) {
    from = rest_.find('"', start + 1);
    while (from != std::string_view::npos && rest_.substr(from + 1).starts_with('"')) {
      from = rest_.find('"', from + 2);
    }
    if (from == std::string_view::npos) {
      lines_.refuse("a quote is not closed before the end of the line");
    }
  }
  return std::min(rest_.find(separator_, from), rest_.size());
}

bool CsvFields::next(std::string_view& field) {
  if (!more_) return false;
  const std::size_t end = field_end();
  field = trimmed(rest_.substr(0, end));
  more_ = end < rest_.size();
  rest_.remove_prefix(more_ ? end + 1 : end);
  if (separator_ == ' ') rest_ = trimmed(rest_);
  if (field.starts_with('"')) {
    if (!field.ends_with('"')) lines_.refuse("text follows the closing quote of " + quoted(field));
    field = field.substr(1, field.size() - 2);
  }
  return true;
}

char detect_separator(std::string_view line) {
  std::string unquoted;
  bool inside = false;
  for (const char c : line) {
    if (c == '"') inside = !inside;
    if (!inside) unquoted += c;
  }
  for (const char candidate : {'\t', ';', ','}) {
    if (unquoted.find(candidate) != std::string::npos) return candidate;
  }
  return trimmed(unquoted).find(' ') != std::string_view::npos ? ' ' : ',';
}

index_t count_fields(const TextLines& lines, std::string_view line, char separator) {
  if (separator != ' ' && line.find('"') == std::string_view::npos) {
    return static_cast<index_t>(std::count(line.begin(), line.end(), separator)) + 1;
  }
  CsvFields fields(lines, line, separator);
  std::string_view field;
  index_t count = 0;
  while (fields.next(field)) ++count;
  return count;
}

std::string unescaped(std::string_view field) {
  std::string text;
  for (std::size_t k = 0; k < field.size(); ++k) {
    text += field[k];
    if (field.substr(k).starts_with("\"\"")) ++k;
  }
  return text;
}

bool is_missing_value(std::string_view field) {
  const auto markers = {"", "?", "NA", "N/A", "n/a", "null", "NULL", "<NA>"};
  return std::find(markers.begin(), markers.end(), field) != markers.end();
}

bool is_missing_or_nan(std::string_view field) {
  return is_missing_value(field) || field == "nan" || field == "NaN" || field == "NAN";
}

}  // namespace mercer::detail
