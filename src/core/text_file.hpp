// What the readers of text files share: the lines of a file, and the numbers in them.
#pragma once

#include <string>
#include <string_view>

#include "mercer/core/types.hpp"

namespace mercer::detail {

/// Throws ParseError if path is missing, a directory or cannot be opened.
void require_readable_file(const std::string& path);

/// All of a file. Throws ParseError as above, and if it cannot be read to its end.
std::string read_bytes(const std::string& path);

/// A text file in memory, read line by line. Lines end in \n or \r\n, the last may lack it; a UTF-8
/// byte order mark and blank lines at the end are left out.
/// Throws ParseError as above, and if the file is empty or holds a NUL byte.
class TextFile {
 public:
  explicit TextFile(const std::string& path);
  TextFile(const std::string& path, std::string bytes);  // read by read_bytes
  TextFile(const TextFile&) = delete;                    // the views point into bytes_
  TextFile& operator=(const TextFile&) = delete;

  index_t line_count() const { return line_count_; }

  /// Gives the next line, without its end; false after the last.
  bool next_line(std::string_view& line);

  /// Makes the first line the next one.
  void rewind();

  /// Throws ParseError with path and the number of the line that was last given.
  [[noreturn]] void refuse(const std::string& reason) const;

 private:
  std::string path_;
  std::string bytes_;
  std::string_view text_;  // of bytes_: what the lines are made of
  std::string_view rest_;  // of text_: not yet given
  index_t line_count_ = 0;
  index_t line_ = 0;
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
