// Tables of numbers in text: CSV and its relatives.
#pragma once

#include <optional>
#include <string>

#include "mercer/data/dataset.hpp"

namespace mercer {

struct CsvOptions {
  enum class Header { detect, yes, no };

  std::string target = {};                    // name of the column that becomes y; empty: none
  std::optional<index_t> target_column = {};  // its position from 0, instead of the name
  char separator = 0;                         // 0: the first of tab ; , space in line 1
  Header header = Header::detect;             // detect: words are names, numbers are data
};

/// Reads a table with one line per point: X is d x n, every column but the target is a feature.
///
/// Fields may stand in double quotes ("" is a quote inside) and between blanks. With the separator
/// ' ', any number of spaces is one separator. LF and CRLF, a UTF-8 byte order mark, a missing last
/// line end and blank lines at the end are accepted. A header of numbers only needs Header::yes; a
/// line 1 with words and numbers is refused unless header says what it is. While reading, the
/// memory holds the file and the matrix, nothing else of their size.
///
/// Throws ParseError "path:line: reason", columns counted from 1: a file that is missing, a
/// directory, empty, binary or without data; lines that differ in their number of fields (as the
/// last line of a truncated file); a field that is empty, no number, NaN, infinite or out of the
/// range of T; a target that is not there or there twice. Throws std::invalid_argument if target
/// and target_column are both given, or the separator can be part of a number.
template <class T>
Dataset<T> load_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace mercer
