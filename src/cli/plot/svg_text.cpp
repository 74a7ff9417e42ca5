// The text of a picture: escaping, widths, coordinates.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "cli/plot/svg.hpp"

namespace mercer::plot {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026

struct Character {
  std::size_t length = 1;  // bytes
  std::uint32_t code = 0;
  bool valid = true;
};

// The character at the begin of text, which is not empty. An invalid one is a single byte.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const Character invalid{1, 0, false};
  if (byte(0) < 0x80) {
    const bool allowed = byte(0) >= 0x20 || text[0] == '\t' || text[0] == '\n' || text[0] == '\r';
    return {1, byte(0), allowed && byte(0) != 0x7F};
  }
  const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || length > text.size()) return invalid;
  std::uint32_t code = byte(0) & (0xFFu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(k) & 0xC0) != 0x80) return invalid;
    code = code << 6 | (byte(k) & 0x3Fu);
  }
  constexpr std::array<std::uint32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  const bool control = code < 0xA0 || code == 0xFFFE || code == 0xFFFF;
  if (code < smallest[length] || code > 0x10FFFF || surrogate || control) return invalid;
  return {length, code, true};
}

// The advance in ems; measured on DejaVu Sans, rounded up.
double advance(std::uint32_t code) {
  if (code >= 0x0300 && code < 0x0370) return 0;  // combining marks
  if (code >= 0x1100) return code >= 0x2000 && code < 0x2E80 ? 0.85 : 1.0;
  if (code >= 0x80) return 0.75;
  const char c = static_cast<char>(code);
  const std::string_view thin = "ijl'|.,:;!I ";
  const std::string_view narrow = "frt()[]/\\-\"`";
  const std::string_view wide = "mwMW@%<>=+~#&OQGDHNU_";
  if (thin.find(c) != std::string_view::npos) return 0.33;
  if (narrow.find(c) != std::string_view::npos) return 0.42;
  if (wide.find(c) != std::string_view::npos) return c == 'm' || c == 'W' || c == '@' ? 1.0 : 0.86;
  if (c >= 'A' && c <= 'Z') return 0.70;
  return 0.635;
}

}  // namespace

std::string coordinate(double value) {
  if (std::isnan(value)) return "0";
  value = std::clamp(value, -1e5, 1e5);  // far outside of every picture
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 2).ptr;
  std::string number(text, end);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number == "-0" ? "0" : number;
}

std::string escape(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::string_view bytes = text.substr(0, character.length);
    if (!character.valid) {
      safe += replacement;
    } else if (bytes == "<") {
      safe += "&lt;";
    } else if (bytes == ">") {
      safe += "&gt;";
    } else if (bytes == "&") {
      safe += "&amp;";
    } else if (bytes == "\"") {
      safe += "&quot;";
    } else if (bytes == "'") {
      safe += "&#39;";
    } else {
      safe += bytes;
    }
    text.remove_prefix(character.length);
  }
  return safe;
}

double text_width(std::string_view text, double size) {
  double ems = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    ems += character.valid ? advance(character.code) : 1;
    text.remove_prefix(character.length);
  }
  return ems * size;
}

double text_width(const Label& label, double size) {
  return text_width(label.text, size) + text_width(label.exponent, exponent_size(size));
}

// 11 pixels are the least that one reads without effort.
double exponent_size(double size) { return std::max(11.0, 0.8 * size); }

std::string shorten(const std::string& text, double size, double width) {
  if (text_width(text, size) <= width) return text;
  std::size_t kept = 0;
  double used = text_width(ellipsis, size);
  while (kept < text.size()) {
    const std::string_view rest = std::string_view(text).substr(kept);
    const std::size_t length = first_character(rest).length;
    used += text_width(rest.substr(0, length), size);
    if (used > width) break;
    kept += length;
  }
  return text.substr(0, kept) + std::string(ellipsis);
}

}  // namespace mercer::plot
