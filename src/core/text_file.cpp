#include "core/text_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <type_traits>
#include <utility>

#include "mercer/core/errors.hpp"

namespace mercer::detail {
namespace {

const char* const blanks = " \t\r\v\f";

std::string_view without_blank_end(std::string_view text) {
  while (!text.empty()) {
    const auto line_end = text.find_last_of('\n');
    const auto begin = line_end == std::string_view::npos ? 0 : line_end + 1;
    if (text.find_first_not_of(blanks, begin) != std::string_view::npos) break;
    text = text.substr(0, begin == 0 ? 0 : begin - 1);
  }
  return text;
}

index_t count_of(char c, std::string_view text) {
  return static_cast<index_t>(std::count(text.begin(), text.end(), c));
}

}  // namespace

void require_readable_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw ParseError(path, 0, "there is no such file");
  if (std::filesystem::is_directory(status)) throw ParseError(path, 0, "is a directory");
}

std::string read_bytes(const std::string& path) {
  require_readable_file(path);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ParseError(path, 0, "the file cannot be opened");
  std::string bytes;
  std::error_code no_size;  // a pipe has none
  const auto size = std::filesystem::file_size(path, no_size);
  if (!no_size) bytes.reserve(size);
  std::string chunk(1 << 16, '\0');
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), file.gcount() > 0) {
    bytes.append(chunk, 0, static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw ParseError(path, 0, "the file cannot be read to its end");
  return bytes;
}

TextFile::TextFile(const std::string& path) : TextFile(path, read_bytes(path)) {}

TextFile::TextFile(const std::string& path, std::string bytes)
    : path_(path), bytes_(std::move(bytes)) {
  text_ = bytes_;
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  const auto nul = text_.find('\0');
  if (nul != std::string_view::npos) {
    throw ParseError(path, count_of('\n', text_.substr(0, nul)) + 1,
                     "holds a NUL byte: a binary file or UTF-16, not plain text");
  }
  text_ = without_blank_end(text_);
  if (text_.empty()) throw ParseError(path, 0, "the file is empty");
  line_count_ = count_of('\n', text_) + 1;
  rewind();
}

void TextFile::rewind() {
  rest_ = text_;
  line_ = 0;
}

bool TextFile::next_line(std::string_view& line) {
  if (line_ == line_count_) return false;
  ++line_;
  const auto end = rest_.find('\n');
  line = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

void TextFile::refuse(const std::string& reason) const { throw ParseError(path_, line_, reason); }

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
