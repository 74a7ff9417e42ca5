// The files that the fuzzer found worth keeping, each of which goes another way through the
// readers.
#include <filesystem>
#include <string>

#include "mercer/image/image_file.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

namespace fs = std::filesystem;

TEST_CASE("each file of the fuzzer's corpus loads or is refused", "[image][fuzz]") {
  for (const std::string kind : {"png", "pnm", "npy"}) {
    int loaded = 0;
    int refused = 0;
    for (const auto& entry :
         fs::directory_iterator(MERCER_SOURCE_DIR "/tests/fuzz/corpus/" + kind)) {
      CAPTURE(entry.path());
      const auto load = [](const auto& path) {
        const mercer::ImageInfo info = mercer::image_info(path);
        const auto image = mercer::load_image<double>(path, {.memory_budget = 1 << 24});
        REQUIRE(image.n_elem == info.rows * info.cols * info.planes);
      };
      std::string error;
      try {
        error = mercer::test::parse_error_of(entry.path().string(), load);
      } catch (const mercer::BudgetError&) {
        error = "FILE: over the budget";
      }
      error == "accepted" ? ++loaded : ++refused;
      if (error != "accepted") CHECK(error.starts_with("FILE: "));
    }
    CAPTURE(kind);
    CHECK(loaded > 0);
    CHECK(refused > 0);
  }
}
