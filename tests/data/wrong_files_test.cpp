// Files with one thing wrong each, and what must be said about it: wrong/expected.txt.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "mercer/data/load_dataset.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

namespace fs = std::filesystem;

namespace {

// "FILE:2: reason", or of HDF5's library only what we say: its own words follow in brackets.
std::string message_of(const std::string& path) {
  const std::string message = mercer::test::parse_error_of(path, [](const auto& file) {
    try {
      mercer::load_dataset<double>(file);
    } catch (const mercer::BudgetError& error) {
      throw mercer::ParseError(error.what(), 0, "");
    }
  });
  if (message.starts_with("FILE: is damaged (")) return "FILE: is damaged";
  return message.ends_with(": ") ? message.substr(0, message.size() - 2) : message;
}

}  // namespace

TEST_CASE("each wrong file is refused with its message", "[data]") {
  const fs::path folder = MERCER_SOURCE_DIR "/tests/data/wrong";
  std::set<std::string> names;
  std::ifstream expected(folder / "expected.txt");
  for (std::string line; std::getline(expected, line);) {
    const std::string name = line.substr(0, line.find(':'));
    CHECK("FILE" + line.substr(name.size()) == message_of((folder / name).string()));
    names.insert(name);
  }
  CHECK(names.size() >= 40);
  for (const auto& entry : fs::directory_iterator(folder)) {
    CAPTURE(entry.path());
    CHECK((names.contains(entry.path().filename()) || entry.path().filename() == "expected.txt"));
  }
}
