#include "mercer/core/errors.hpp"

#include <cmath>

#include "mercer/core/check.hpp"

namespace mercer {
namespace {

std::string located(const std::string& path, std::size_t line, const std::string& reason) {
  std::string text = path;
  if (line > 0) text.append(":").append(std::to_string(line));
  return text.append(": ").append(reason);
}

std::string non_finite(const std::string& where, const std::string& name, std::size_t row,
                       std::size_t column, double value) {
  std::string text = where;
  text.append(": ").append(name).append(" must be ");
  text.append(std::isfinite(value) ? "within the range of float, up to 3.4e38, " : "finite, ");
  text.append(name).append("(");
  text.append(std::to_string(row)).append(", ").append(std::to_string(column)).append(") is ");
  return text.append(shortest(value));
}

}  // namespace

NonFiniteError::NonFiniteError(const std::string& where, const std::string& name, std::size_t row,
                               std::size_t column, double value)
    : std::invalid_argument(non_finite(where, name, row, column, value)),
      row_(row),
      column_(column),
      value_(value) {}

BudgetError::BudgetError(const std::string& where, const std::string& reason)
    : std::runtime_error(where + ": " + reason), reason_begin_(where.size() + 2) {}

ParseError::ParseError(const std::string& path, std::size_t line, const std::string& reason)
    : std::runtime_error(located(path, line, reason)), line_(line) {}

}  // namespace mercer
