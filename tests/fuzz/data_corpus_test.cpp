// What the fuzzers of data files found worth keeping, through the same readers.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz/fuzz_data_file.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

namespace fs = std::filesystem;

TEST_CASE("each data file of the fuzzers' corpora loads or is refused", "[data][fuzz]") {
  for (const std::string reader : {"csv", "libsvm", "npy", "hdf5"}) {
    int loaded = 0;
    int refused = 0;
    for (const auto& entry :
         fs::directory_iterator(MERCER_SOURCE_DIR "/tests/fuzz/corpus/load_" + reader)) {
      CAPTURE(entry.path());
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(in)), {});
      const mercer::test::TemporaryFile file(mercer::fuzz::file_of(reader, bytes));
      (mercer::fuzz::load(reader, file.path(), bytes) ? loaded : refused) += 1;
    }
    CAPTURE(reader);
    CHECK(loaded > 0);
    CHECK(refused > 0);
  }
}
