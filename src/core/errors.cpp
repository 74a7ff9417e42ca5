#include "mercer/core/errors.hpp"

namespace mercer {
namespace {

std::string located(const std::string& path, std::size_t line, const std::string& reason) {
  std::string text = path;
  if (line > 0) text.append(":").append(std::to_string(line));
  return text.append(": ").append(reason);
}

}  // namespace

ParseError::ParseError(const std::string& path, std::size_t line, const std::string& reason)
    : std::runtime_error(located(path, line, reason)), line_(line) {}

}  // namespace mercer
