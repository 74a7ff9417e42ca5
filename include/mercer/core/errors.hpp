// The exceptions that public functions throw.
#pragma once

#include <stdexcept>
#include <string>

namespace mercer {

/// A call that the state of an object forbids, such as predict before fit.
class LogicError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A matrix that holds a NaN or an infinity: "<where>: K must be finite, K(2, 7) is nan". Or, if
/// the value is finite, one that does not fit into a float where it has to: "<where>: K must be
/// within the range of float, up to 3.4e38, K(2, 7) is 1e+39".
class NonFiniteError : public std::invalid_argument {
 public:
  NonFiniteError(const std::string& where, const std::string& name, std::size_t row,
                 std::size_t column, double value);
  std::size_t row() const { return row_; }
  std::size_t column() const { return column_; }
  double value() const { return value_; }

 private:
  std::size_t row_;
  std::size_t column_;
  double value_;
};

/// A file that cannot be read or understood; what() is "path:line: reason" (line 0 is left out).
class ParseError : public std::runtime_error {
 public:
  ParseError(const std::string& path, std::size_t line, const std::string& reason);
  std::size_t line() const { return line_; }  // counted from 1; 0: no line to blame

 private:
  std::size_t line_;
};

/// A request whose memory, known before anything is taken, exceeds the budget: "<where>: <reason>".
class BudgetError : public std::runtime_error {
 public:
  BudgetError(const std::string& where, const std::string& reason);

  /// What remains true when another function tells it in its own name.
  std::string reason() const { return what() + reason_begin_; }

 private:
  std::size_t reason_begin_;
};

}  // namespace mercer
