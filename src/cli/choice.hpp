// Options whose value is one of a few words.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mercer::cli {

/// The words and what they stand for, in the order in which the help lists them.
template <class Value>
using Choices = std::vector<std::pair<std::string, Value>>;

/// The words with this between them: "reflect|mirror|wrap".
template <class Value>
std::string words_of(const Choices<Value>& choices, const std::string& between) {
  std::string out;
  for (const auto& [word, value] : choices) out += (out.empty() ? "" : between) + word;
  return out;
}

template <class Value>
std::string word_of(const Choices<Value>& choices, const Value& wanted) {
  for (const auto& [word, value] : choices) {
    if (value == wanted) return word;
  }
  return {};
}

/// Adds an option that sets value to what its word stands for. Other words are wrong use:
/// "--boundary: must be one of reflect, mirror, wrap, is mirrored".
template <class Value>
CLI::Option* add_choice(CLI::App& command, const std::string& name, Value& value,
                        const Choices<Value>& choices, const std::string& description) {
  const auto set = [name, &value, choices](const std::string& text) {
    for (const auto& [word, one] : choices) {
      if (word != text) continue;
      value = one;
      return;
    }
    throw CLI::ValidationError(name, "must be one of " + words_of(choices, ", ") + ", is " + text);
  };
  return command.add_option_function<std::string>(name, set, description)
      ->type_name(words_of(choices, "|"));
}

}  // namespace mercer::cli
