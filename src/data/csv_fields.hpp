// The fields of one line of a CSV file.
#pragma once

#include <string>
#include <string_view>

#include "core/read_decimal.hpp"
#include "core/text_lines.hpp"

namespace mercer::detail {

/// Walks through the fields of a line. With the separator ' ', a run of spaces separates once.
class CsvFields {
 public:
  /// The line is the one that lines gave last.
  CsvFields(const TextLines& lines, std::string_view line, char separator);

  /// Gives the next field, without blanks around it and quotes; false after the last.
  bool next(std::string_view& field);

  /// Gives the next field if it is a plain number and nothing else, without blanks and quotes; else
  /// it stays the next one.
  template <class T>
  bool next_decimal(T& value) {
    const char* const begin = rest_.data();
    const char* const end = begin + rest_.size();
    const char* at = read_decimal(begin, end, value);
    if (at == nullptr || (at != end && *at != separator_)) return false;
    more_ = at != end;
    if (more_) ++at;
    if (separator_ == ' ') {
      while (at != end && std::string_view(" \t\r\v\f").find(*at) != std::string_view::npos) ++at;
    }
    rest_.remove_prefix(static_cast<std::size_t>(at - begin));
    return true;
  }

  /// Whether there is a next field.
  bool more() const { return more_; }

 private:
  std::size_t field_end() const;

  const TextLines& lines_;
  std::string_view rest_;
  char separator_;
  bool more_ = true;
};

/// The separator that a line uses outside of quotes: the first of tab, semicolon, comma and space
/// that is there; comma if none is.
char detect_separator(std::string_view line);

/// How many fields CsvFields would give, without looking at each if nothing is quoted.
index_t count_fields(const TextLines& lines, std::string_view line, char separator);

/// The text that a quoted field stands for: "" becomes ".
std::string unescaped(std::string_view field);

/// Whether a field says that its value is not known: it is empty, or ?, NA, null and the like.
bool is_missing_value(std::string_view field);

/// As above; also nan, which is a number where missing values are not asked for.
bool is_missing_or_nan(std::string_view field);

}  // namespace mercer::detail
