// The fields of one line of a CSV file.
#pragma once

#include <string>
#include <string_view>

#include "core/text_file.hpp"

namespace mercer::detail {

/// Walks through the fields of a line. With the separator ' ', a run of spaces separates once.
class CsvFields {
 public:
  /// The file is the one to blame for bad quotes.
  CsvFields(const TextFile& file, std::string_view line, char separator);

  /// Gives the next field, without blanks around it and quotes; false after the last.
  bool next(std::string_view& field);

 private:
  std::size_t field_end() const;

  const TextFile& file_;
  std::string_view rest_;
  char separator_;
  bool more_ = true;
};

/// The separator that a line uses outside of quotes: the first of tab, semicolon, comma and space
/// that is there; comma if none is.
char detect_separator(std::string_view line);

/// How many fields CsvFields would give, without looking at each if nothing is quoted.
index_t count_fields(const TextFile& file, std::string_view line, char separator);

/// The text that a quoted field stands for: "" becomes ".
std::string unescaped(std::string_view field);

}  // namespace mercer::detail
