#include "core/text_file.hpp"

#include <charconv>
#include <cmath>
#include <type_traits>
#include <utility>

namespace mercer::detail {
namespace {

const char* const blanks = " \t\r\v\f";

}  // namespace

TextFile::TextFile(const std::string& path)
    : source_(path), blocks_(source_, 1), lines_(blocks_.lines(buffer_)) {}

TextFile::TextFile(const std::string& path, std::string bytes)
    : source_(path, std::move(bytes)), blocks_(source_, 1), lines_(blocks_.lines(buffer_)) {}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string quoted(std::string_view text) {
  const std::size_t longest = 40;
  std::string shown(text.substr(0, longest));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return "'" + shown + (text.size() > longest ? "...'" : "'");
}

template <class T>
const char* read_number(std::string_view text, T& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::invalid_argument || stop != end) return not_a_number;
  if (error == std::errc::result_out_of_range) {
    // Too large is an error, too small is rounded like any other number; a wider type tells which.
    std::conditional_t<std::is_same_v<T, float>, double, long double> wide = 0;
    error = std::from_chars(text.data(), end, wide).ec;
    if (error != std::errc() || std::fabs(wide) > 1) {
      return std::is_same_v<T, float> ? "out of the range of float" : "out of the range of double";
    }
    value = static_cast<T>(wide);
  }
  return std::isfinite(value) ? nullptr : "not a finite number";
}

bool read_index(std::string_view text, index_t& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

template const char* read_number(std::string_view, double&);
template const char* read_number(std::string_view, float&);

}  // namespace mercer::detail
