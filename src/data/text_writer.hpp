// Text with many numbers, written fast.
#pragma once

#include <charconv>
#include <ostream>
#include <string>
#include <string_view>

namespace mercer::detail {

/// Collects text, and gives it to the stream in large pieces; the rest when it is destroyed.
class TextWriter {
 public:
  explicit TextWriter(std::ostream& stream) : stream_(stream) { text_.reserve(2 * piece); }
  ~TextWriter() { stream_ << text_; }
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;

  void add(char c) { text_ += c; }
  void add(std::string_view text) { text_ += text; }

  /// The shortest decimal that reads back to the same bits, or all digits of an integer.
  template <class Number>
  void add_number(Number number) {
    char digits[32];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  }

  void end_line() {
    text_ += '\n';
    if (text_.size() < piece) return;
    stream_ << text_;
    text_.clear();
  }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 16;

  std::ostream& stream_;
  std::string text_;
};

}  // namespace mercer::detail
