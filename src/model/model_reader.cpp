#include "model/model_reader.hpp"

#include <algorithm>
#include <utility>

#include "core/text_file.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/memory.hpp"

namespace mercer::detail {
namespace {

constexpr index_t largest_dimension = 0x7fffffff;  // of sparse points, as in LIBSVM's format

index_t lines_in(std::string_view text) {
  return static_cast<index_t>(std::count(text.begin(), text.end(), '\n'));
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

ModelReader::ModelReader(std::string path, std::string bytes, std::size_t memory_budget)
    : path_(std::move(path)),
      bytes_(std::move(bytes)),
      memory_budget_(resolve_memory_budget(memory_budget)) {
  left_ = bytes_;
  if (left_.empty()) throw ParseError(path_, 0, "the file is empty");
  const std::string_view first = left_.substr(0, left_.find('\n'));
  if (first.starts_with("svm_type ")) {
    throw ParseError(path_, 1,
                     "is a model of LIBSVM: from_libsvm reads it, mercer convert makes it one of "
                     "mercer");
  }
  if (!first.starts_with(model_magic)) {
    throw ParseError(path_, 1,
                     "is not a model of mercer: the file begins with " + quoted(first) +
                         ", not with 'mercer model 1'");
  }
  index_t version = 0;
  if (!read_index(first.substr(model_magic.size()), version) || version == 0) {
    throw ParseError(path_, 1, quoted(first) + " has no version of the format");
  }
  if (version > model_version) {
    throw ParseError(path_, 1,
                     "the file has version " + std::to_string(version) +
                         " of the format, a newer one than this program knows (" +
                         std::to_string(model_version) + ")");
  }
  const std::size_t size = checksum_name.size() + 9;  // 8 digits and \n
  const std::string_view last = left_.substr(left_.size() - std::min(left_.size(), size));
  if (!last.starts_with(checksum_name) || !last.ends_with('\n')) {
    throw ParseError(path_, lines_in(left_) + (left_.ends_with('\n') ? 0 : 1),
                     "the file is cut off: its last line is not a checksum");
  }
  left_.remove_suffix(size);
  const std::string expected = checksum_line(left_);
  if (last != expected) {
    const auto of = [](std::string_view line) {
      return std::string(line.substr(checksum_name.size(), 8));
    };
    throw ParseError(
        path_, lines_in(left_) + 1,
        "the file was changed or damaged: its checksum is " + of(expected) + ", not " + of(last));
  }
  next_line();
}

void ModelReader::refuse(const std::string& reason) const {
  throw ParseError(path_, line_, reason);
}

void ModelReader::finish() {
  if (left_.empty()) return;
  next_line();
  refuse("expected the checksum, found " + quoted(rest_));
}

void ModelReader::section(std::string_view name) {
  next_line();
  const std::string wanted = "[" + std::string(name) + "]";
  if (rest_ != wanted) refuse("expected " + wanted + ", found " + quoted(rest_));
}

void ModelReader::value(const char* name, std::string& x) {
  begin(name);
  x = quoted_word();
  end();
}

void ModelReader::finite(const char* name, double& x) {
  begin(name);
  number(x, Values::finite);
  end();
}

void ModelReader::known(const char* name, double& x) {
  const std::string_view wanted = name;
  const bool is_there = left_.starts_with(wanted) && left_.substr(wanted.size()).starts_with(' ');
  x = std::numeric_limits<double>::quiet_NaN();
  if (is_there) value(name, x);
}

void ModelReader::texts(const char* name, std::vector<std::string>& of) {
  read_size(name, {});
  if (size_ > rest_.size() / 3) refuse(std::string(name) + " has fewer texts than it says");
  of.resize(size_);
  for (std::string& x : of) x = quoted_word();
  end();
}

template <class T>
void ModelReader::table(const char* name, Mat<T>& M, Expected rows, Expected columns,
                        Values allowed) {
  begin(name);
  const Shape claimed = shape(name, rows, columns);
  require_left(name, claimed.rows, claimed.is_sparse ? 0 : claimed.columns);
  if (claimed.columns > 0 && claimed.rows > memory_budget_ / sizeof(T) / claimed.columns) {
    throw BudgetError(path_ + ":" + std::to_string(line_),
                      std::string(name) + ", " + std::to_string(claimed.rows) + " x " +
                          std::to_string(claimed.columns) + " values, is over the budget of " +
                          bytes_text(memory_budget_));
  }
  M.zeros(claimed.rows, claimed.columns);
  for (index_t i = 0; i < claimed.rows; ++i) {
    next_line();
    for (index_t j = 0; claimed.is_sparse ? !rest_.empty() : j < claimed.columns; ++j) {
      if (claimed.is_sparse) j = place(j, claimed.columns);
      number(M(i, j), allowed);
    }
    end();
  }
}

template <class T>
bool ModelReader::points(const char* name, OwnedPoints<T>& X, Expected count) {
  begin(name);
  if (rest_ == " none") return false;
  const Shape claimed = shape(name, count, {});
  if (claimed.columns == 0) refuse(std::string(name) + " has no features");
  if (claimed.columns > largest_dimension) {
    refuse(std::string(name) + " has more than " + std::to_string(largest_dimension) + " features");
  }
  require_left(name, claimed.rows, claimed.is_sparse ? 0 : claimed.columns);
  require_budget(path_.c_str(), "lists of " + std::to_string(claimed.columns) + " features",
                 2 * sizeof(index_t) * claimed.columns, memory_budget_);
  X.is_sparse = claimed.is_sparse;
  if (!claimed.is_sparse) {
    X.dense.set_size(claimed.columns, claimed.rows);
    for (index_t j = 0; j < claimed.rows; ++j) {
      next_line();
      T* x = X.dense.colptr(j);
      for (index_t k = 0; k < claimed.columns; ++k) number(x[k], Values::finite);
      end();
    }
    return true;
  }
  std::vector<index_t> places;  // pairs of feature and point
  std::vector<T> values;
  for (index_t j = 0; j < claimed.rows; ++j) {
    next_line();
    for (index_t k = 0; !rest_.empty(); ++k) {
      k = place(k, claimed.columns);
      T value = 0;
      number(value, Values::finite);
      places.insert(places.end(), {k, j});
      values.push_back(value);
    }
  }
  const Mat<index_t> locations(places.data(), 2, values.size(), false, true);
  X.sparse = SpMat<T>(locations, Col<T>(values), claimed.columns, claimed.rows, false, false);
  return true;
}

void ModelReader::next_line() {
  ++line_;
  if (left_.empty()) refuse("expected more lines before the checksum");
  const auto end = left_.find('\n');  // all lines have one
  rest_ = left_.substr(0, end);
  line_begin_ = rest_.data();
  left_.remove_prefix(end + 1);
}

void ModelReader::begin(const char* name) {
  next_line();
  const std::string_view wanted = name;
  if (!rest_.starts_with(wanted) || !rest_.substr(wanted.size()).starts_with(' ')) {
    refuse("expected '" + std::string(name) + "', found " + quoted(rest_));
  }
  rest_.remove_prefix(wanted.size());
}

void ModelReader::begin_word() {
  if (rest_.data() == line_begin_) return;
  if (rest_.empty()) refuse("the line ends too early");
  if (rest_.front() != ' ') refuse("expected a space before " + quoted(rest_));
  rest_.remove_prefix(1);
}

void ModelReader::end() const {
  if (!rest_.empty()) refuse("expected the end of the line, found " + quoted(rest_));
}

std::string_view ModelReader::word() {
  word_ = rest_.substr(0, rest_.find(' '));
  rest_.remove_prefix(word_.size());
  return word_;
}

std::string ModelReader::quoted_word() {
  begin_word();
  if (!rest_.starts_with('"')) refuse("expected text in quotes, found " + quoted(rest_));
  std::string text;
  for (std::size_t i = 1; i < rest_.size(); ++i) {
    if (rest_[i] == '"') {
      rest_.remove_prefix(i + 1);
      return text;
    }
    if (rest_[i] != '\\') {
      text += rest_[i];
      continue;
    }
    const std::string_view code = rest_.substr(i + 1, 3);
    if (code.starts_with('\\') || code.starts_with('"')) {
      text += code[0];
      i += 1;
    } else if (code.starts_with('n')) {
      text += '\n';
      i += 1;
    } else if (code.starts_with('x') && code.size() == 3 && digit_of(code[1]) >= 0 &&
               digit_of(code[2]) >= 0) {
      text += static_cast<char>(16 * digit_of(code[1]) + digit_of(code[2]));
      i += 3;
    } else {
      refuse("a backslash in text stands before \\, \", n, or x and two digits, not before " +
             quoted(code));
    }
  }
  refuse("the text " + quoted(rest_) + " has no closing quote");
}

void ModelReader::refuse_word(const char* expected) const {
  refuse(std::string("expected ") + expected + ", found " + quoted(word_));
}

index_t ModelReader::choice_of(const char* name, Names names) {
  begin(name);
  begin_word();
  const auto found = std::find(names.begin(), names.end(), rest_);
  if (found == names.end()) refuse(std::string(name) + " cannot be " + quoted(rest_));
  return static_cast<index_t>(found - names.begin());
}

void ModelReader::read_size(const char* name, Expected count) {
  begin(name);
  number(size_, Values::finite);
  if (count.allows(size_)) return;
  refuse(std::string(name) + " must have " + std::to_string(count.count) + " values, has " +
         std::to_string(size_));
}

ModelReader::Shape ModelReader::shape(const char* name, Expected rows, Expected columns) {
  Shape claimed;
  number(claimed.rows, Values::finite);
  begin_word();
  if (word() != "x") refuse_word("x");
  number(claimed.columns, Values::finite);
  begin_word();
  claimed.is_sparse = word() == "sparse";
  if (!claimed.is_sparse && word_ != "dense") refuse_word("dense or sparse");
  end();
  const auto require_expected = [&](index_t count, Expected expected, const char* what) {
    if (expected.allows(count)) return;
    refuse(std::string(name) + " must have " + std::to_string(expected.count) + " " + what +
           ", has " + std::to_string(count));
  };
  require_expected(claimed.rows, rows, "rows");
  require_expected(claimed.columns, columns, "columns");
  return claimed;
}

// A value and its end are two bytes, an empty line is one.
void ModelReader::require_left(const char* of, index_t rows, index_t columns) const {
  const index_t bytes = left_.size();
  if (rows == 0 || (columns <= bytes / 2 && rows <= bytes / std::max<index_t>(2 * columns, 1))) {
    return;
  }
  refuse(std::string(of) + " has fewer values than it says");
}

index_t ModelReader::place(index_t least, index_t end) {
  begin_word();
  const std::string_view both = rest_.substr(0, rest_.find(' '));
  if (both.find(':') == both.npos) refuse("expected place:value, found " + quoted(both));
  line_begin_ = rest_.data();  // no space before the numbers
  index_t at = 0;
  number(at, Values::finite, ':');
  rest_.remove_prefix(1);
  if (at < least || at >= end) {
    refuse("the places of a line must ascend and be below " + std::to_string(end) + ", one is " +
           std::to_string(at));
  }
  line_begin_ = rest_.data();
  return at;
}

#define MERCER_INSTANTIATE(T) \
  template void ModelReader::table(const char*, Mat<T>&, Expected, Expected, Values);
MERCER_INSTANTIATE(double)
MERCER_INSTANTIATE(float)
MERCER_INSTANTIATE(arma::uword)
#undef MERCER_INSTANTIATE
template bool ModelReader::points(const char*, OwnedPoints<double>&, Expected);
template bool ModelReader::points(const char*, OwnedPoints<float>&, Expected);

}  // namespace mercer::detail
