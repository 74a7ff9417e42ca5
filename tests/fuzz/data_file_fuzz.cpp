// Bytes that no writer wrote, through the readers of data files. They must be refused by one of two
// exceptions, or load. One program for each reader, chosen by MERCER_FUZZ_READER.
//     cmake --preset fuzz && cmake --build --preset fuzz
//     build/fuzz/tests/fuzz/load_csv_fuzz -rss_limit_mb=2048 NEW_FOLDER tests/fuzz/corpus/csv
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fuzz/fuzz_data_file.hpp"

namespace {

// A file of the memory: its path is one as any other.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(memfd_create("fuzz", 0)) {
    if (write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      std::abort();
    }
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const MemoryFile file(mercer::fuzz::file_of(MERCER_FUZZ_READER, bytes));
  mercer::fuzz::load(MERCER_FUZZ_READER, file.path(), bytes);
  return 0;
}
