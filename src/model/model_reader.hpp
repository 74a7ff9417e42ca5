// Reads the text of a model file.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/tile/points.hpp"
#include "model/model_format.hpp"

namespace mercer::detail {

/// One of the two directions of a ModelDescription; the other one is ModelWriter, whose functions
/// these mirror. All throw ParseError "path:line: reason" where the text is not what the writer
/// would have written, before memory of a size that the text claims is taken.
class ModelReader {
 public:
  static constexpr bool reads = true;

  /// Checks the first line and the checksum. path: for messages. memory_budget: bytes; BudgetError
  /// beyond.
  ModelReader(std::string path, std::string bytes, std::size_t memory_budget);
  ModelReader(const ModelReader&) = delete;  // the views point into bytes_
  ModelReader& operator=(const ModelReader&) = delete;

  /// Throws ParseError at the line that was last read.
  [[noreturn]] void refuse(const std::string& reason) const;
  void require(bool holds, const char* rule) const {
    if (!holds) refuse(rule);
  }

  /// Throws unless all lines were read.
  void finish();

  void section(std::string_view name);

  template <class T>
  requires std::integral<T> || std::floating_point<T>
  void value(const char* name, T& x) {
    begin(name);
    if constexpr (std::same_as<T, bool>) {
      begin_word();
      x = word() == "true";
      if (!x && word_ != "false") refuse_word("true or false");
    } else {
      number(x, Values::any);
    }
    end();
  }
  void value(const char* name, std::string& x);
  void finite(const char* name, double& x);
  void known(const char* name, double& x);

  template <class Enum>
  void choice(const char* name, Enum& x, Names names) {
    x = static_cast<Enum>(choice_of(name, names));
  }

  template <class Container>
  void size(const char* name, Container& of) {
    read_size(name, {});
    require_left(name, size_, 1);
    end();
    of.resize(size_);
  }

  template <class Container>
  void list(const char* name, Container& of, Expected count = {}, Values allowed = {}) {
    read_size(name, count);
    if (size_ > rest_.size() / 2) refuse(std::string(name) + " has fewer values than it says");
    if constexpr (requires { of.set_size(size_); }) {
      of.set_size(size_);
    } else {
      of.resize(size_);
    }
    for (auto& x : of) number(x, allowed);
    end();
  }
  void texts(const char* name, std::vector<std::string>& of);

  template <class T>
  void table(const char* name, Mat<T>& M, Expected rows = {}, Expected columns = {},
             Values allowed = {});

  /// False if there are none.
  template <class T>
  bool points(const char* name, OwnedPoints<T>& X, Expected count = {});

  /// Throws unless what is left of the file has room for so many lines and values.
  void require_left(const char* of, index_t rows, index_t columns) const;

  std::size_t memory_budget() const { return memory_budget_; }

 private:
  struct Shape {
    index_t rows = 0, columns = 0;
    bool is_sparse = false;
  };

  void next_line();
  void begin(const char* name);  // a line of that name
  void begin_word();             // to where the next word of the line begins
  void end() const;              // of a line
  std::string_view word();       // and word_
  std::string quoted_word();
  [[noreturn]] void refuse_word(const char* expected) const;
  index_t choice_of(const char* name, Names names);
  void read_size(const char* name, Expected count);  // size_
  Shape shape(const char* name, Expected rows, Expected columns);
  index_t place(index_t least, index_t end);  // before a value of a sparse line

  // Up to a space, another end of its word, or the end of the line.
  template <class T>
  void number(T& x, Values allowed, char word_end = ' ') {
    begin_word();
    const char *const first = rest_.data(), *const last = first + rest_.size();
    const auto [stop, error] = std::from_chars(first, last, x);
    const bool is_number = error == std::errc() && (stop == last || *stop == word_end);
    if constexpr (std::floating_point<T>) {
      if (is_number && allowed == Values::finite && !std::isfinite(x)) {
        word();
        refuse_word("a finite number");
      }
    }
    if (!is_number) {
      word();
      refuse_word(std::floating_point<T> ? "a number"
                  : std::is_signed_v<T>  ? "a whole number"
                                         : "a whole number from 0");
    }
    rest_.remove_prefix(static_cast<std::size_t>(stop - first));
  }

  std::string path_;
  std::string bytes_;
  std::size_t memory_budget_;
  std::string_view left_;  // of bytes_: the lines that were not yet read, without the checksum
  std::string_view rest_;  // of the current line
  const char* line_begin_ = nullptr;
  std::string_view word_;  // the last one
  index_t size_ = 0;       // the last one
  index_t line_ = 0;
};

}  // namespace mercer::detail
