// What the program says with --json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/program.hpp"

namespace mercer::test {

/// The object of a run that ended well.
inline nlohmann::json json_of(const Outcome& outcome) {
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return nlohmann::json::parse(outcome.out);
}

/// The same of a command with these arguments and --json.
inline nlohmann::json json_of(const std::string& command, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), command);
  arguments.push_back("--json");
  return json_of(run_mercer(arguments));
}

}  // namespace mercer::test
