// Reading the text of a kernel, and errors that point into it.
#pragma once

#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace mercer {

/// A place in a text. After every step it stands on a character that is not white space, or at the
/// end.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) { skip_space(); }

  std::size_t position() const { return position_; }
  bool at_end() const { return position_ == text_.size(); }
  bool at(char c) const { return !at_end() && text_[position_] == c; }
  bool at_name() const { return !at_end() && starts_name(text_[position_]); }
  bool at_number() const { return !at_end() && starts_number(text_[position_]); }

  /// Steps over c if that stands here.
  bool accept(char c);

  /// Steps over the bracket that closes the one at position opening, or fails.
  void close(std::size_t opening, char bracket);

  /// Letters, digits and underscores from here on; there must be one.
  std::string_view name();

  /// The name in "name =", if that stands here; does not step.
  std::optional<std::string_view> peek_parameter() const;

  /// A number that std::from_chars reads whole; what says what should stand here.
  template <class Number>
  Number number(const std::string& what) {
    const std::size_t begin = position_;
    Number result{};
    const auto [end, error] =
        std::from_chars(text_.data() + begin, text_.data() + text_.size(), result);
    if (error == std::errc::invalid_argument) fail(begin, what + " should stand here");
    if (error == std::errc::result_out_of_range) fail(begin, "the number is out of range");
    position_ = static_cast<std::size_t>(end - text_.data());
    if (at_name() || at_number()) fail(position_, "a bad number: unexpected " + quoted());
    skip_space();
    return result;
  }

  /// The character here between quotes.
  std::string quoted() const { return quote(text_[position_]); }

  /// Throws std::invalid_argument "parse_kernel: <problem> at character <position + 1>; <hint>",
  /// then the text, then a caret under the character.
  [[noreturn]] void fail(std::size_t position, const std::string& problem,
                         const std::string& hint = "") const;

 private:
  static std::string quote(char c) { return {'\'', c, '\''}; }
  static bool starts_name(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
  }
  static bool starts_number(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '-';
  }
  void skip_space();

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace mercer
