// Writes the text of a model file.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/tile/points.hpp"
#include "model/model_format.hpp"

namespace mercer::detail {

/// One of the two directions of a ModelDescription; see model_format.hpp for the text.
class ModelWriter {
 public:
  static constexpr bool reads = false;

  ModelWriter();

  /// All that was written, with the checksum.
  std::string finished() &&;

  /// "[name]".
  void section(std::string_view name);

  /// Throws std::invalid_argument "save_model: <rule>" unless holds: what load_model would refuse
  /// is not written.
  void require(bool holds, const char* rule) const;

  /// "name 0.1"; nan and inf are among the numbers.
  template <class T>
  requires std::integral<T> || std::floating_point<T>
  void value(const char* name, T x) {
    begin(name);
    if constexpr (std::same_as<T, bool>) {
      text_ += x ? " true" : " false";
    } else {
      number(x);
    }
    text_ += '\n';
  }
  void value(const char* name, const std::string& x);

  void finite(const char* name, double x);

  /// As value; nothing is written for NaN.
  void known(const char* name, double x) {
    if (!std::isnan(x)) value(name, x);
  }

  /// "name two words": names[x].
  template <class Enum>
  void choice(const char* name, Enum x, Names names) {
    begin(name);
    text_.append(" ").append(names.begin()[static_cast<std::size_t>(x)]).append("\n");
  }

  /// "name 3", of what follows one by one.
  template <class Container>
  void size(const char* name, const Container& of) {
    value(name, of.size());
  }

  /// "name 2 1.5 -3".
  template <class Container>
  void list(const char* name, const Container& of, Expected count = {}, Values allowed = {}) {
    require_count(name, of.size(), count);
    begin(name);
    number(of.size());
    for (const auto x : of) checked_number(name, x, allowed);
    text_ += '\n';
  }
  void texts(const char* name, const std::vector<std::string>& of);

  /// "name 3 x 2 dense", then a line for each row; or "... sparse", where a line has "column:value"
  /// of what is not 0, if that is less than half of all.
  template <class T>
  void table(const char* name, const Mat<T>& M, Expected rows = {}, Expected columns = {},
             Values allowed = {});

  /// The same with a line for each point, "none" if there are none.
  template <class T>
  void points(const char* name, Points<T> X, Expected count = {});
  void no_points(const char* name);

 private:
  void begin(const char* name);
  void quote(std::string_view x);
  void require_count(const char* name, index_t count, Expected expected) const;

  // " 0.1", the shortest text that reads back to the same bits.
  template <class T>
  void number(T x) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, x).ptr;
    text_ += ' ';
    text_.append(digits, end);
  }
  template <class T>
  void checked_number(const char* name, T x, Values allowed) {
    if constexpr (std::floating_point<T>) {
      if (allowed == Values::finite && !std::isfinite(x)) refuse_value(name);
    }
    number(x);
  }
  [[noreturn]] void refuse_value(const char* name) const;

  std::string text_;
};

}  // namespace mercer::detail
