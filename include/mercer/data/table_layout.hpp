// How the columns of a table become features and labels.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mercer {

/// A column of a table, the target excepted.
struct TableColumn {
  std::string name = {};                     // empty if the file has no header
  std::vector<std::string> categories = {};  // of a column of words: one feature each, 0 or 1, in
                                             // this order; empty: a number
  std::optional<double> mean = {};  // what stands for a missing number; none: a missing number is
                                    // refused

  bool operator==(const TableColumn&) const = default;
};

/// What must be kept of a training table to read another one in the same way.
struct TableLayout {
  std::vector<TableColumn> columns = {};  // in the order of the file, without the target; empty:
                                          // not from a table
  std::string target_name = {};           // empty: none
  std::vector<std::string> class_names = {};  // of a target of words: y holds positions in this
                                              // list, which is sorted; empty: numbers

  bool operator==(const TableLayout&) const = default;
};

}  // namespace mercer
