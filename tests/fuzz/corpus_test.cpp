// The files that the fuzzer found worth keeping, each of which goes another way through the
// readers.
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz/mended_model.hpp"
#include "fuzz/use_model.hpp"
#include "mercer/image/image_file.hpp"
#include "model/read_libsvm.hpp"
#include "model/read_model.hpp"
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

TEST_CASE("each model of the fuzzer's corpus predicts or is refused", "[model][fuzz]") {
  const auto read_model = [](const std::string& bytes) {
    return mercer::detail::read_model("FILE", mercer::test::mended_model(bytes),
                                      {.threads = 1, .memory_budget = 1 << 22});
  };
  const auto read_libsvm = [](const std::string& bytes) {
    return mercer::detail::read_libsvm("FILE", bytes, 0);
  };
  const auto check = [](const char* kind, const auto& read) {
    CAPTURE(kind);
    int loaded = 0;
    int refused = 0;
    for (const auto& entry :
         fs::directory_iterator(std::string(MERCER_SOURCE_DIR "/tests/fuzz/corpus/") + kind)) {
      CAPTURE(entry.path());
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(file)), {});
      try {
        mercer::test::use_model(read(bytes));
        ++loaded;
      } catch (const mercer::ParseError& error) {
        CHECK(std::string(error.what()).starts_with("FILE:"));
        ++refused;
      } catch (const mercer::BudgetError&) {
        ++refused;
      }
    }
    CHECK(loaded > 0);
    CHECK(refused > 0);
  };
  check("model", read_model);
  check("libsvm", read_libsvm);
}
