// Text that no writer wrote, through the reader of model files, with its checksum mended. It must
// be refused by one of two exceptions, or be a model that predicts.
//     cmake --preset fuzz && cmake --build --preset fuzz
//     build/fuzz/tests/fuzz/model_file_fuzz -max_len=4096 NEW_FOLDER tests/fuzz/corpus/model
#include <cstdint>
#include <string>

#include "fuzz/mended_model.hpp"
#include "fuzz/use_model.hpp"
#include "model/read_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    mercer::test::use_model(mercer::detail::read_model("fuzz", mercer::test::mended_model(bytes),
                                                       {.threads = 1, .memory_budget = 1 << 22}));
  } catch (const mercer::ParseError&) {
  } catch (const mercer::BudgetError&) {
  }
  return 0;
}
