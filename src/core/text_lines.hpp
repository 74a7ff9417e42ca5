// A piece of a text file, line by line.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "mercer/core/errors.hpp"
#include "mercer/core/types.hpp"

namespace mercer::detail {

/// The lines of a text, which end in \n or \r\n; the last may lack it.
class TextLines {
 public:
  TextLines() = default;
  /// first_line, counted from 1, is where the text begins in the file of that name. An empty text
  /// is one empty line.
  TextLines(std::string name, std::string_view text, index_t first_line)
      : name_(std::move(name)), rest_(text), line_(first_line - 1) {}

  /// Gives the next line, without its end; false after the last.
  bool next_line(std::string_view& line) {
    if (!more_) return false;
    ++line_;
    const auto end = rest_.find('\n');
    line = rest_.substr(0, end);
    more_ = end != std::string_view::npos;
    if (more_) rest_.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return true;
  }

  /// The number of the line that was last given.
  index_t line() const { return line_; }

  /// Throws ParseError with the file's name and the number of the line that was last given.
  [[noreturn]] void refuse(const std::string& reason) const {
    throw ParseError(name_, line_, reason);
  }

 private:
  std::string name_;
  std::string_view rest_;  // not yet given
  index_t line_ = 0;
  bool more_ = true;
};

}  // namespace mercer::detail
