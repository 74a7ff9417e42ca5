// Tables in text: CSV and its relatives.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mercer/data/dataset.hpp"
#include "mercer/data/table_layout.hpp"

namespace mercer {

struct CsvOptions {
  enum class Header { detect, yes, no };
  enum class Missing { refuse, mean, drop };

  std::string target = {};                    // name of the column that becomes y; empty: none
  std::optional<index_t> target_column = {};  // its position from 0, instead of the name
  bool target_is_optional = false;            // where no column has its name, there is no target
  char separator = 0;                         // 0: the first of tab ; , space in line 1
  Header header = Header::detect;             // detect: words are names, numbers are data
  std::vector<std::string> one_hot = {};      // columns of categories: their names, or in a table
                                              // without names their positions from 0
  Missing missing = Missing::refuse;          // mean: of the column; drop: without their lines
  std::optional<TableLayout> layout = {};     // read as the table that has this layout
  int threads = 0;                            // 0: all
};

/// Reads a table with one line per point: X is d x n, every column but the target is a feature.
/// The path "-" is the standard input, "<stdin>" in messages.
///
/// Fields may stand in double quotes ("" is a quote inside) and between blanks. With the separator
/// ' ', any number of spaces is one separator. LF and CRLF, a UTF-8 byte order mark, a missing last
/// line end and blank lines at the end are accepted. A header of numbers only needs Header::yes; a
/// line 1 with words and numbers is refused unless header says what it is. While reading, the
/// memory holds the matrix and half a megabyte of the file for each thread; a pipe it holds whole.
///
/// Categories: a column of one_hot becomes one feature per category, 1 where the field is the
/// category and 0 elsewhere, named "colour=red", in the order of their bytes ("10" < "9"); 1000 at
/// most. A target whose first label is a word must have words only, and y holds their positions
/// 0, 1, ... in layout.class_names, sorted in the same way.
///
/// Missing values are fields that are empty or one of ? NA N/A n/a <NA> null NULL, and, unless they
/// are refused, nan NaN NAN. mean puts the mean of the column's other values in their place; in the
/// target and in a column of categories they are refused. drop leaves out the lines that have one;
/// dropped_rows counts them.
///
/// With a layout, that of the training table: columns are found by their names if both tables have
/// some, else by their positions; the target, layout.target_name unless target or target_column is
/// given, may be absent. Categories, classes and means are those of the layout.
///
/// Throws ParseError "path:line: reason" of the first line that has an error, columns counted from
/// 1: a file that is missing, a directory, empty, binary or without data; lines that differ in
/// their number of fields (as the last line of a truncated file); a field that is missing, no
/// number, infinite or out of the range of T; a target or a column of one_hot that is not there or
/// there twice; columns other than the layout's, a category or class that it does not have. Throws
/// std::invalid_argument if target and target_column, or one_hot and layout, are both given, or
/// the separator can be part of a number.
template <class T>
Dataset<T> load_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace mercer
