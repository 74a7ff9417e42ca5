// The man page and the completion of bash know every command and option of the help.
#include <regex>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer::test;

namespace {

const std::string root = MERCER_SOURCE_DIR;

std::string help_of(const std::string& command) {
  const Outcome outcome =
      command.empty() ? run_mercer({"--help"}) : run_mercer({command, "--help"});
  REQUIRE(outcome.status == 0);
  return outcome.out;
}

std::set<std::string> commands() {
  const std::string help = help_of("");
  const std::string list = help.substr(help.find("Subcommands:"));
  const std::regex name("\n  ([a-z][a-z-]*)");
  std::set<std::string> out;
  for (std::sregex_iterator it(list.begin(), list.end(), name), end; it != end; ++it) {
    out.insert((*it)[1]);
  }
  return out;
}

std::set<std::string> options_of(const std::string& command) {
  const std::string help = help_of(command);
  const std::regex line("\n  (-[^ \n]*)"), option("--[A-Za-z0-9-]+");
  std::set<std::string> out;
  for (std::sregex_iterator it(help.begin(), help.end(), line), end; it != end; ++it) {
    const std::string names = (*it)[1];
    for (std::sregex_iterator one(names.begin(), names.end(), option); one != end; ++one) {
      out.insert(one->str());
    }
  }
  return out;
}

// What bash offers after these words, the last of which is being typed.
std::set<std::string> completions(const std::vector<std::string>& words) {
  std::string typed;
  for (const std::string& word : words) typed += " '" + word + "'";
  const std::string script = "source '" + root + "/completions/mercer.bash'; COMP_WORDS=('" +
                             MERCER_PROGRAM + "'" + typed +
                             "); COMP_CWORD=" + std::to_string(words.size()) +
                             "; _mercer; printf '%s\\n' \"${COMPREPLY[@]}\"";
  const Outcome outcome = run_program("bash", {"-c", script});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  REQUIRE(outcome.err.empty());
  std::set<std::string> out;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) out.insert(line);
  }
  return out;
}

}  // namespace

TEST_CASE("every command has help with an example, and options to complete", "[cli]") {
  REQUIRE(commands().size() >= 6);
  CHECK(completions({""}) == commands());
  for (const std::string& command : commands()) {
    CAPTURE(command);
    CHECK(help_of(command).find("Example:\n  mercer ") != std::string::npos);
    CHECK(options_of(command).contains("--json"));
    CHECK(completions({command, "--"}) == options_of(command));
  }
}

TEST_CASE("bash completes the words of options, data sets and files", "[cli]") {
  CHECK(completions({"smooth", "in.png", "out.png", "--boundary", ""}) ==
        std::set<std::string>{"reflect", "mirror", "nearest", "wrap", "constant"});
  CHECK(completions({"convert", "--to", "m"}) == std::set<std::string>{"mercer"});
  CHECK(completions({"datasets", "sat"}) == std::set<std::string>{"satellite"});
  CHECK(completions({"info", root + "/LICEN"}) == std::set<std::string>{root + "/LICENSE"});
}

TEST_CASE("the man page is that of the program", "[cli]") {
  const Outcome outcome = run_program("python3", {root + "/scripts/man_page", MERCER_PROGRAM});
  if (outcome.status == 127) {
    WARN("skipped: python3 is not installed");
    return;
  }
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  INFO("scripts/man_page build/release/mercer > man/mercer.1 brings it up to date");
  CHECK((outcome.out == file_content(root + "/man/mercer.1")));
}
