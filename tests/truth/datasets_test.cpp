// The bundled data sets are what datasets/README.md says. ctest checks their bytes by SHA256SUMS.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "mercer/data/load_csv.hpp"
#include "mercer/data/split.hpp"
#include "support/catch.hpp"

using mercer::class_codes;
using mercer::index_t;
using mercer::load_csv;
using mercer::load_permutation;

namespace {

namespace fs = std::filesystem;

const fs::path folder = MERCER_DATASETS;

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  REQUIRE(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// The cells of "| a | b |", or nothing for a line that is no row of a table.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  if (!line.starts_with("| ")) return cells;
  for (std::size_t begin = 2, end; (end = line.find(" |", begin)) != std::string::npos;) {
    cells.push_back(line.substr(begin, end - begin));
    begin = end + 3;
  }
  return cells;
}

// The rows of the table of README.md whose first line is this, by their first cell.
std::map<std::string, std::vector<std::string>> table(const std::string& first_line) {
  const auto lines = lines_of(folder / "README.md");
  auto line = std::find(lines.begin(), lines.end(), first_line);
  REQUIRE(line != lines.end());
  std::map<std::string, std::vector<std::string>> rows;
  for (line += 2; line != lines.end() && line->starts_with("| "); ++line) {
    const auto cells = cells_of(*line);
    rows[cells.front()] = cells;
  }
  return rows;
}

std::map<std::string, std::vector<std::string>> shapes() {
  return table("| file | task | n | d | classes | bytes |");
}

std::set<std::string> files() {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder).generic_string();
    if (entry.is_regular_file() && name != "README.md" && name != "SHA256SUMS") names.insert(name);
  }
  return names;
}

}  // namespace

TEST_CASE("every data file has a checksum, the same in both lists", "[truth][datasets]") {
  std::map<std::string, std::string> sums;
  for (const std::string& line : lines_of(folder / "SHA256SUMS")) {
    REQUIRE(line.size() > 66);
    sums[line.substr(66)] = line.substr(0, 64);
  }
  std::set<std::string> listed;
  for (const auto& [name, sum] : sums) listed.insert(name);
  CHECK(listed == files());

  const auto rows = table("| file | bytes | sha256 |");
  CHECK(rows.size() == sums.size());
  for (const auto& [name, cells] : rows) {
    INFO(name);
    REQUIRE(cells.size() == 3);
    CHECK(cells[1] == std::to_string(fs::file_size(folder / name)));
    CHECK(cells[2] == "`" + sums[name] + "`");
  }
}

TEST_CASE("every data set has a source and a licence", "[truth][datasets]") {
  const auto sources = table(
      "| file | package and version | file in the package | original source | licence of the "
      "package | licence of the origin | changes |");
  for (const auto& [name, cells] : shapes()) {
    INFO(name);
    REQUIRE(sources.count(name) == 1);
    REQUIRE(sources.at(name).size() == 7);
    for (const std::string& cell : sources.at(name)) CHECK(!cell.empty());
  }
}

TEST_CASE("every data set has the shape and the classes of the table", "[truth][datasets]") {
  const auto rows = shapes();
  CHECK(rows.size() == 18);
  for (const auto& [name, cells] : rows) {
    INFO(name);
    REQUIRE(cells.size() == 6);
    CHECK(cells[5] == std::to_string(fs::file_size(folder / name)));
    if (!name.ends_with(".csv")) continue;

    const auto data = load_csv<double>((folder / name).string(), {.target = "target"});
    CHECK(std::to_string(data.X.n_cols) == cells[2]);
    CHECK(std::to_string(data.X.n_rows) == cells[3]);
    CHECK(data.y.n_elem == data.X.n_cols);
    CHECK(data.feature_names.size() == data.X.n_rows);
    if (cells[1] == "regression") continue;

    // Codes from 0 without a gap; "3: setosa, ..." counts them, two classes are written out.
    const bool is_binary = cells[4].starts_with("0 ");
    const index_t classes = is_binary ? 2 : static_cast<index_t>(std::stoi(cells[4]));
    const arma::ivec codes = arma::unique(class_codes(data.y));
    REQUIRE(codes.n_elem == classes);
    CHECK(codes.front() == 0);
    CHECK(codes.back() == static_cast<arma::sword>(classes) - 1);
  }
  for (const std::string& name : files()) {
    const bool is_set =
        name.ends_with(".csv") && !name.starts_with("reference/") && name != "index.csv";
    if (is_set) CHECK(rows.count(name) == 1);
  }
}

TEST_CASE("every permutation fits its data set and its reference", "[truth][datasets]") {
  const auto rows = shapes();
  int permutations = 0;
  for (const std::string& name : files()) {
    if (!name.starts_with("perm_")) continue;
    INFO(name);
    ++permutations;
    const std::string set = name.substr(5, name.size() - 9);
    const arma::uvec permutation = load_permutation((folder / name).string());
    REQUIRE(rows.count(set + ".csv") == 1);
    CHECK(std::to_string(permutation.n_elem) == rows.at(set + ".csv")[2]);

    // The test rows that the other programs predicted are those of our split, in its order, and the
    // targets they saw are ours.
    const fs::path reference = folder / "reference" / ("pred_" + set + ".csv");
    if (!fs::exists(reference)) continue;
    const auto predictions = load_csv<double>(reference.string());
    const auto data = load_csv<double>((folder / (set + ".csv")).string(), {.target = "target"});
    const mercer::Split split = mercer::split_permutation(permutation);
    REQUIRE(predictions.X.n_cols == split.test.n_elem);
    bool agrees = true;
    for (index_t i = 0; i < split.test.n_elem; ++i) {
      agrees = agrees && predictions.X(0, i) == static_cast<double>(split.test[i]) &&
               predictions.X(1, i) == data.y[split.test[i]];
    }
    CHECK(agrees);
  }
  CHECK(permutations == 15);
}
