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

/// A file that cannot be read or understood; what() is "path:line: reason" (line 0 is left out).
class ParseError : public std::runtime_error {
 public:
  ParseError(const std::string& path, std::size_t line, const std::string& reason);
  std::size_t line() const { return line_; }  // counted from 1; 0: no line to blame

 private:
  std::size_t line_;
};

/// A request whose memory, known before anything is taken, exceeds the budget.
class BudgetError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mercer
