#include "mercer/kernel/parameter.hpp"

#include <algorithm>
#include <stdexcept>

namespace mercer {

int require_at_least_one(const char* what, int value) {
  if (value < 1) {
    throw std::invalid_argument(std::string(what) + " must be at least 1, is " +
                                std::to_string(value));
  }
  return value;
}

std::string require_identifier(const char* what, std::string name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto letter_or_digit = [letter](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  if (name.empty() || !letter(name[0]) || !std::all_of(name.begin(), name.end(), letter_or_digit)) {
    throw std::invalid_argument(
        std::string(what) + " must be letters, digits and underscores, not a digit first, is '" +
        name + "'");
  }
  return name;
}

}  // namespace mercer
