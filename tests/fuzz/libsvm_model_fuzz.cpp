// Text that is no model of LIBSVM through the reader of them. It must be refused by one of two
// exceptions, or be a model that predicts.
//     cmake --preset fuzz && cmake --build --preset fuzz
//     build/fuzz/tests/fuzz/libsvm_model_fuzz -max_len=4096 NEW_FOLDER tests/fuzz/corpus/libsvm
#include <cstdint>
#include <string>

#include "fuzz/use_model.hpp"
#include "model/read_libsvm.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    mercer::test::use_model(mercer::detail::read_libsvm("fuzz", bytes, 0));
  } catch (const mercer::ParseError&) {
  } catch (const mercer::BudgetError&) {
  }
  return 0;
}
