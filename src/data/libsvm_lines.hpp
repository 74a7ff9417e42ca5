// The lines of a LIBSVM file, one point each.
#pragma once

#include <string_view>
#include <vector>

#include "core/text_lines.hpp"

namespace mercer::detail {

template <class T>
struct LibsvmPoint {
  T label = 0;
  std::vector<index_t> features = {};  // counted from 0, ascending
  std::vector<T> values = {};
};

/// Reads the lines that are no comment and not blank.
class LibsvmLines {
 public:
  /// dimension: what no index may exceed, 0 for no limit but the format's.
  LibsvmLines(TextLines lines, index_t dimension)
      : lines_(std::move(lines)), dimension_(dimension) {}

  /// Gives the next point; false after the last. Throws ParseError.
  template <class T>
  bool next(LibsvmPoint<T>& point);

  /// The number of the line that was last given.
  index_t line() const { return lines_.line(); }

 private:
  TextLines lines_;
  index_t dimension_ = 0;
};

}  // namespace mercer::detail
