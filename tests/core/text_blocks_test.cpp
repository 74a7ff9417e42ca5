#include "core/text_blocks.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::index_t;
using mercer::ParseError;
using mercer::detail::ByteSource;
using mercer::detail::TextBlocks;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;

namespace {

struct Numbered {
  index_t number;
  std::string text;
  bool operator==(const Numbered&) const = default;
};

// Line by line, by the book.
std::vector<Numbered> lines_of(std::string content) {
  if (content.starts_with("\xEF\xBB\xBF")) content.erase(0, 3);
  std::vector<Numbered> lines;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = content.find('\n', begin);
    std::string line = content.substr(begin, end == std::string::npos ? end : end - begin);
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back({lines.size() + 1, line});
  }
  while (!lines.empty() && lines.back().text.find_first_not_of(" \t\r\v\f") == std::string::npos) {
    lines.pop_back();
  }
  return lines;
}

std::vector<Numbered> blocks_of(const std::string& path, std::size_t block_size, int threads) {
  const ByteSource source(path);
  const TextBlocks blocks(source, threads, block_size);
  std::vector<Numbered> lines;
  std::string buffer;
  for (index_t block = 0; block < blocks.block_count(); ++block) {
    auto rest = blocks.lines(block, buffer);
    index_t count = 0;
    for (std::string_view line; rest.next_line(line); ++count) {
      lines.push_back({rest.line(), std::string(line)});
    }
    CHECK(count == blocks.line_count(block));
  }
  CHECK(lines.size() == blocks.line_count());
  return lines;
}

}  // namespace

TEST_CASE("blocks of any size give the lines of the file", "[core]") {
  for (const std::string content :
       {"a", "a\n", "a\nb", "a\r\nb\r\n", "\n\na", "aaa\nbb\n\nc\n\n\n", "  \n a \n  \n \t \r\n",
        "\xEF\xBB\xBFx\ny\n", "aaaaaaaaaaaaaaaa\nb\ncccccccccccccccccccc", "1\t\t\n2\t\t\n",
        "x\t\t", "a\n\n\n\n\n\n\n\nb\n\n\n\n\n\n", "a          \n          \n          ",
        "a                    "}) {
    CAPTURE(content);
    const TemporaryFile file(content);
    for (std::size_t block_size = 1; block_size < 40; ++block_size) {
      CAPTURE(block_size);
      CHECK(blocks_of(file.path(), block_size, 1) == lines_of(content));
    }
    CHECK(blocks_of(file.path(), 3, 3) == lines_of(content));
  }
}

TEST_CASE("files without text are refused in blocks of any size", "[core]") {
  for (std::size_t block_size = 1; block_size < 12; ++block_size) {
    CAPTURE(block_size);
    const auto error_of = [&](const std::string& content) {
      return parse_error_of(TemporaryFile(content).path(), [&](const std::string& path) {
        const TemporaryFile file(content);
        try {
          blocks_of(file.path(), block_size, 2);
        } catch (const ParseError& error) {
          throw ParseError(
              path, error.line(),
              std::string(error.what()).substr(std::string(error.what()).find(": ") + 2));
        }
      });
    };
    CHECK(error_of("") == "FILE: the file is empty");
    CHECK(error_of("\xEF\xBB\xBF") == "FILE: the file is empty");
    CHECK(error_of(" \n\n\t\r\n   \n") == "FILE: the file is empty");
    const std::string nul = "holds a NUL byte: a binary file or UTF-16, not plain text";
    CHECK(error_of(std::string("a\nb\nc\0d\n\0", 9)) == "FILE:3: " + nul);
    CHECK(error_of(std::string("\0", 1)) == "FILE:1: " + nul);
    CHECK(error_of(std::string("a\n\n\n\0", 5)) == "FILE:4: " + nul);
  }
}

TEST_CASE("a pipe is read as a file is", "[core]") {
  const std::string path = TemporaryFile().path();
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::string content;
  for (int k = 0; k < 30000; ++k) content += std::to_string(k) + "\n";
  std::thread writer([&] { std::ofstream(path) << content; });
  const auto lines = blocks_of(path, 1000, 2);
  writer.join();
  std::filesystem::remove(path);
  CHECK(lines == lines_of(content));
}

TEST_CASE("a file that became shorter is refused", "[core]") {
  const TemporaryFile file("1\n2\n3\n4\n");
  const ByteSource source(file.path());
  const TextBlocks blocks(source, 1, 4);
  REQUIRE(truncate(file.path().c_str(), 5) == 0);
  std::string buffer;
  CHECK_THROWS_WITH(blocks.lines(blocks.block_count() - 1, buffer),
                    file.path() + ": the file became shorter while it was read");
}
