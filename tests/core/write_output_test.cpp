#include "mercer/core/write_output.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include "support/catch.hpp"
#include "support/standard_streams.hpp"
#include "support/temporary_file.hpp"

using mercer::write_output;
using mercer::test::TemporaryFile;
using mercer::test::with_standard_output;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("output goes to the file, or to the standard output", "[core]") {
  std::string text;
  for (int k = 0; k < 40000; ++k) text += std::to_string(k) + "\n";  // some buffers
  const auto write = [&](std::ostream& stream) { stream << text.substr(0, 7) << text.substr(7); };
  const TemporaryFile file;
  write_output(file.path(), write);
  CHECK(content_of(file.path()) == text);
  const TemporaryFile output;
  with_standard_output(output.path(), [&] { write_output("-", write); });
  CHECK(content_of(output.path()) == text);
}

TEST_CASE("a standard output that takes nothing is an error", "[core]") {
  std::string message;
  with_standard_output("/dev/full", [&] {
    try {
      write_output("-", [](std::ostream& stream) { stream << "x"; });
    } catch (const mercer::ParseError& error) {
      message = error.what();
    }
  });
  CHECK(message == "<stdout>: cannot be written: No space left on device");
}
