// What the readers of text files share: the lines of a file, and the numbers in them.
#pragma once

#include <string>
#include <string_view>

#include "core/byte_source.hpp"
#include "core/text_blocks.hpp"
#include "core/text_lines.hpp"
#include "mercer/core/types.hpp"

namespace mercer::detail {

/// A text file in memory, read line by line. A UTF-8 byte order mark and blank lines at the end are
/// left out. Throws ParseError as TextBlocks.
class TextFile {
 public:
  explicit TextFile(const std::string& path);
  TextFile(const std::string& path, std::string bytes);  // read by read_bytes

  index_t line_count() const { return blocks_.line_count(); }

  /// Gives the next line, without its end; false after the last.
  bool next_line(std::string_view& line) { return lines_.next_line(line); }

  /// Makes the first line the next one.
  void rewind() { lines_ = blocks_.lines(buffer_); }

  /// Throws ParseError with path and the number of the line that was last given.
  [[noreturn]] void refuse(const std::string& reason) const { lines_.refuse(reason); }

 private:
  ByteSource source_;
  TextBlocks blocks_;
  std::string buffer_;
  TextLines lines_;
};

std::string_view trimmed(std::string_view text);

/// Text for a message: in quotes, at most 40 bytes of it, control characters as '?'.
std::string quoted(std::string_view text);

inline constexpr char not_a_number[] = "not a number";

/// Reads all of text as a decimal number, a leading '+' allowed. Returns nullptr if it is one, else
/// what it is: not_a_number, "not a finite number" or "out of the range of float".
template <class T>
const char* read_number(std::string_view text, T& value);

/// Reads all of text as decimal digits; false if it is anything else or over 2^64 - 1.
bool read_index(std::string_view text, index_t& value);

}  // namespace mercer::detail
