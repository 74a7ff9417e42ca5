#include "mercer/kernel/expression.hpp"

#include "mercer/core/check.hpp"

namespace mercer {

std::string expression_of(std::string_view name,
                          std::initializer_list<std::pair<std::string_view, double>> parameters) {
  std::string text(name);
  text += '(';
  const char* separator = "";
  for (const auto& [parameter, value] : parameters) {
    text += separator;
    text.append(parameter).append("=").append(shortest(value));
    separator = ", ";
  }
  return text + ')';
}

}  // namespace mercer
