// Wrong files: each is refused with its status and a message that says what is wrong, and nothing
// is written.
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/program.hpp"

using namespace mercer;

namespace {

const std::string folder = MERCER_SOURCE_DIR "/tests/cli/wrong_files";

struct Wrong {
  std::string file;
  int status = 0;
  std::string message;
};

std::vector<Wrong> expected() {
  std::vector<Wrong> out;
  std::ifstream in(folder + "/expected.txt");
  const std::string bar = " | ";
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(bar), second = line.find(bar, first + 1);
    out.push_back({line.substr(0, first), std::stoi(line.substr(first + bar.size())),
                   line.substr(second + bar.size())});
  }
  return out;
}

}  // namespace

TEST_CASE("wrong files are refused", "[cli]") {
  const test::TemporaryFolder work;
  std::ofstream(work / "good.csv") << "a,b\n1,2\n";
  int seen = 0;
  for (const Wrong& wrong : expected()) {
    ++seen;
    CAPTURE(wrong.file);
    const std::string path = folder + "/" + wrong.file;
    std::vector<std::string> words = {"train", "--task",  "svc",     "--data",
                                      path,    "--model", work / "o"};
    if (path.ends_with(".npy")) words.insert(words.end(), {"--target", "1"});
    if (path.ends_with(".mercer")) {
      words = {"predict", "--model", path, "--data", work / "good.csv", "--output", work / "o"};
    } else if (path.ends_with(".png") || path.ends_with(".pgm")) {
      words = {"smooth", path, work / "o.npy", "--sigma", "1"};
    }
    const auto outcome = test::run_mercer(words);
    CAPTURE(outcome.err);
    CHECK(outcome.status == wrong.status);
    CHECK(outcome.err.find("mercer: error: ") != std::string::npos);
    CHECK(outcome.err.find(wrong.message) != std::string::npos);
    CHECK(outcome.out.empty());
    CHECK_FALSE(std::filesystem::exists(work / "o"));
    CHECK_FALSE(std::filesystem::exists(work / "o.npy"));
  }
  CHECK(seen >= 60);
}
