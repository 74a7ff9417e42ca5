#include "data/libsvm_lines.hpp"

#include <string>

#include "core/read_decimal.hpp"
#include "core/text_file.hpp"

namespace mercer::detail {
namespace {

constexpr index_t largest_index = 0x7fffffff;  // the format's indices are of 32 bits

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view next_token(std::string_view& rest) {
  rest = trimmed(rest);
  const std::string_view token = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(token.size());
  return token;
}

template <class T>
T read_label(const TextLines& lines, std::string_view token) {
  T label = 0;
  const char* fault = read_number(token, label);
  if (fault == nullptr) return label;
  lines.refuse("the label " + quoted(token) + " is " + fault +
               (token.find(':') == std::string_view::npos
                    ? ""
                    : "; a line is 'label index:value index:value ...'"));
}

// Returns the feature's index, from 1.
template <class T>
index_t read_entry(const TextLines& lines, std::string_view token, T& value) {
  const auto colon = token.find(':');
  if (colon == std::string_view::npos) lines.refuse(quoted(token) + " has no colon (index:value)");
  const std::string_view index_text = token.substr(0, colon);
  const std::string_view value_text = token.substr(colon + 1);
  if (index_text == "qid") lines.refuse("ranking data (" + quoted(token) + ") are not supported");

  index_t index = 0;
  if (!read_index(index_text, index)) {
    lines.refuse(quoted(token) + ": the index is not a whole number from 1");
  }
  if (index == 0) lines.refuse(quoted(token) + ": the index is 0, indices count from 1");
  if (index > largest_index) {
    lines.refuse(quoted(token) + ": the index is over " + std::to_string(largest_index) +
                 ", the largest of the format");
  }
  if (value_text.empty()) lines.refuse(quoted(token) + " has no value after the colon");
  const char* fault = read_number(value_text, value);
  if (fault != nullptr) lines.refuse(quoted(token) + ": the value is " + fault);
  return index;
}

// Reads a plain entry, as nearly all are, from the begin of rest, which has no blank there. False:
// read_entry is to look at it.
template <class T>
bool read_plain_entry(std::string_view rest, index_t& index, T& value, std::size_t& size) {
  const char* const begin = rest.data();
  const char* const end = begin + rest.size();
  std::uint64_t digits = 0;
  const char* const colon = read_digits(begin, end, digits);
  if (colon == begin || colon == end || *colon != ':' || colon - begin > 10 || digits == 0 ||
      digits > largest_index) {
    return false;
  }
  const char* const stop = read_decimal(colon + 1, end, value);
  if (stop == nullptr || (stop != end && !is_blank(*stop))) return false;
  index = digits;
  size = static_cast<std::size_t>(stop - begin);
  return true;
}

template <class T>
void read_point(const TextLines& lines, std::string_view line, index_t dimension,
                LibsvmPoint<T>& point) {
  point.features.clear();
  point.values.clear();
  point.label = read_label<T>(lines, next_token(line));
  index_t previous = 0;
  for (;;) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    if (line.empty()) return;
    T value = 0;
    index_t index = 0;
    std::size_t size = 0;
    std::string_view token;
    if (read_plain_entry(line, index, value, size)) {
      token = line.substr(0, size);
      line.remove_prefix(size);
    } else {
      token = next_token(line);
      if (token.empty()) return;
      index = read_entry(lines, token, value);
    }
    if (index <= previous) {
      lines.refuse(quoted(token) + ": the index is not above the one before, " +
                   std::to_string(previous) + "; indices must ascend");
    }
    if (dimension > 0 && index > dimension) {
      lines.refuse(quoted(token) + ": the index is over the dimension " +
                   std::to_string(dimension));
    }
    point.features.push_back(index - 1);
    point.values.push_back(value);
    previous = index;
  }
}

}  // namespace

template <class T>
bool LibsvmLines::next(LibsvmPoint<T>& point) {
  std::string_view line;
  while (lines_.next_line(line)) {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    read_point(lines_, line, dimension_, point);
    return true;
  }
  return false;
}

template bool LibsvmLines::next(LibsvmPoint<double>&);
template bool LibsvmLines::next(LibsvmPoint<float>&);

}  // namespace mercer::detail
