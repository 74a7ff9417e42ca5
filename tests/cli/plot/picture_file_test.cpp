#include "cli/plot/picture_file.hpp"

#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "support/catch.hpp"

namespace fs = std::filesystem;
using mercer::plot::write_picture;

namespace {

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a picture is written whole, into a folder that is made", "[cli][plot]") {
  const fs::path root = fs::temp_directory_path() / ("mercer-plot-" + std::to_string(::getpid()));
  const fs::path path = root / "a" / "b" / "roc.svg";
  write_picture(path, "first, longer");
  write_picture(path, "second");
  CHECK(content_of(path) == "second");
  CHECK(std::distance(fs::directory_iterator(path.parent_path()), {}) == 1);

  // A folder stands where the file should be: nothing is left behind.
  fs::create_directories(root / "taken" / "x");
  CHECK_THROWS_AS(write_picture(root / "taken", "text"), std::runtime_error);
  CHECK_THROWS_AS(write_picture(path / "below a file.svg", "text"), std::runtime_error);
  CHECK(content_of(path) == "second");
  CHECK(std::distance(fs::directory_iterator(root), {}) == 2);
  fs::remove_all(root);
}

TEST_CASE("a full disk is told and leaves the older file", "[cli][plot]") {
  if (!fs::exists("/dev/full")) return;
  CHECK_THROWS_AS(write_picture("/dev/full/x.svg", "text"), std::runtime_error);
}
