// The rules of the folders: includes go downwards, threads and output stand in one place.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace fs = std::filesystem;

namespace {

const fs::path root = MERCER_SOURCE_DIR;

// A folder may include itself and lower floors; the wings data and image see floor 0 only, and
// data is seen from the floor of the models on.
const std::map<std::string, int> floors = {{"core", 0},      {"tile", 1},   {"kernel", 2},
                                           {"gram", 3},      {"solver", 4}, {"model", 5},
                                           {"selection", 6}, {"testing", 6}};
const std::set<std::string> wings = {"data", "image"};

// What floor 4 may see of floor 3.
const std::set<std::string> gram_for_solvers = {"gram_operator.hpp", "column_cache.hpp"};

struct Line {
  fs::path file;
  std::string text;
};

// The program stands on top and may print.
bool is_program(const fs::path& file) {
  return std::any_of(file.begin(), file.end(), [](const fs::path& part) { return part == "cli"; });
}

std::vector<Line> lines_of_library() {
  std::vector<Line> lines;
  for (const fs::path& folder : {root / "include" / "mercer", root / "src"}) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path());
      for (std::string text; std::getline(in, text);) lines.push_back({entry.path(), text});
    }
  }
  return lines;
}

bool allowed(const std::string& from, const std::string& to, const std::string& header) {
  if (from == to) return true;
  if (wings.contains(from)) return !wings.contains(to) && floors.at(to) == 0;
  if (to == "data") return floors.at(from) >= floors.at("model");
  if (wings.contains(to)) return false;
  if (from == "solver" && to == "gram") return gram_for_solvers.contains(header);
  return floors.at(to) < floors.at(from);
}

}  // namespace

TEST_CASE("includes go downwards only", "[layout]") {
  const std::regex include(R"(#include [<"](?:mercer/)?([a-z]+)/([a-z0-9_]+\.hpp)[">])");
  int seen = 0;
  for (const Line& line : lines_of_library()) {
    const std::string from = line.file.parent_path().filename().string();
    if (from == "mercer" || is_program(line.file)) continue;  // mercer.hpp forwards
    std::smatch match;
    if (!std::regex_search(line.text, match, include) || match[1] == "hwy") continue;
    ++seen;
    INFO(line.file << ": " << line.text);
    CHECK(allowed(from, match[1], match[2]));
  }
  CHECK(seen > 50);
}

TEST_CASE("the program sees the public headers only", "[layout]") {
  const std::regex include("#include \"([a-z]+)/");
  int seen = 0;
  for (const Line& line : lines_of_library()) {
    std::smatch match;
    if (!is_program(line.file) || !std::regex_search(line.text, match, include)) continue;
    ++seen;
    INFO(line.file << ": " << line.text);
    CHECK((match[1] == "mercer" || match[1] == "cli"));
  }
  CHECK(seen > 50);
}

TEST_CASE("one file has parallel regions, none prints or exits", "[layout]") {
  const std::regex forbidden(R"(std::c(out|err|log)\b|\bprintf\(|\bputs\(|\b(exit|abort)\()");
  for (const Line& line : lines_of_library()) {
    INFO(line.file << ": " << line.text);
    if (is_program(line.file)) continue;
    if (line.file.filename() != "parallel.cpp") {
      CHECK(line.text.find("#pragma omp") == std::string::npos);
    }
    CHECK_FALSE(std::regex_search(line.text, forbidden));
  }
}

TEST_CASE("mercer.hpp forwards every public header of the library", "[layout]") {
  std::ifstream in(root / "include" / "mercer" / "mercer.hpp");
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  for (const auto& [folder, floor] : floors) {
    const fs::path path = root / "include" / "mercer" / folder;
    if (folder == "testing" || !fs::exists(path)) continue;
    for (const auto& entry : fs::directory_iterator(path)) {
      const std::string name = "mercer/" + folder + "/" + entry.path().filename().string();
      CAPTURE(name);
      CHECK(text.find('"' + name + '"') != std::string::npos);
    }
  }
}
