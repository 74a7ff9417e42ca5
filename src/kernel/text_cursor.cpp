#include "kernel/text_cursor.hpp"

#include <stdexcept>

namespace mercer {

void TextCursor::skip_space() {
  while (!at_end() && std::isspace(static_cast<unsigned char>(text_[position_]))) ++position_;
}

bool TextCursor::accept(char c) {
  if (!at(c)) return false;
  ++position_;
  skip_space();
  return true;
}

void TextCursor::close(std::size_t opening, char bracket) {
  if (accept(bracket)) return;
  std::string problem;  // in pieces: GCC 12 warns of "..." + string without reason
  if (at_end()) {
    problem.append(quote(text_[opening])).append(" is never closed");
    fail(opening, problem);
  }
  problem.append("unexpected ").append(quoted()).append(", ").append(quote(bracket));
  fail(position_, problem.append(" should stand here"));
}

std::string_view TextCursor::name() {
  const std::size_t begin = position_;
  while (at_name() || (!at_end() && std::isdigit(static_cast<unsigned char>(text_[position_])))) {
    ++position_;
  }
  const std::string_view name = text_.substr(begin, position_ - begin);
  skip_space();
  return name;
}

std::optional<std::string_view> TextCursor::peek_parameter() const {
  if (!at_name()) return {};
  TextCursor ahead = *this;
  const std::string_view found = ahead.name();
  return ahead.at('=') ? std::optional(found) : std::nullopt;
}

void TextCursor::fail(std::size_t position, const std::string& problem,
                      const std::string& hint) const {
  constexpr std::size_t width = 60;  // characters of the text shown on each side of the position
  const std::size_t begin = position > width ? position - width : 0;
  std::string line(text_.substr(begin, position - begin + width));
  for (char& c : line) {
    if (std::iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  throw std::invalid_argument("parse_kernel: " + problem + " at character " +
                              std::to_string(position + 1) + (hint.empty() ? "" : "; " + hint) +
                              "\n  " + line + "\n  " + std::string(position - begin, ' ') + '^');
}

}  // namespace mercer
