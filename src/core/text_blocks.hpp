// Text files of any size, in blocks of whole lines.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/byte_source.hpp"
#include "core/text_lines.hpp"

namespace mercer::detail {

/// A text file as blocks of whole lines that several threads can read, none of them in memory
/// before it is asked for. A UTF-8 byte order mark and blank lines at the end are left out. The
/// blocks depend on the file only.
class TextBlocks {
 public:
  /// A block is of this size, or as long as its line. Half a megabyte stays in the L2 cache from
  /// the kernel's copy to the parser, and is read as fast as larger pieces.
  static constexpr std::size_t default_block_size = std::size_t{1} << 19;

  /// Reads the file once to find its lines. Throws ParseError as ByteSource, and if the file is
  /// empty or holds a NUL byte.
  explicit TextBlocks(const ByteSource& source, int threads = 0,
                      std::size_t block_size = default_block_size);

  const std::string& name() const { return source_.name(); }
  index_t line_count() const { return line_count_; }
  std::size_t byte_count() const { return end_ - blocks_.front().begin; }

  index_t block_count() const { return blocks_.size(); }
  index_t line_count(index_t block) const { return blocks_[block].lines; }

  /// The lines of a block; they may lie in buffer. Safe to call from several threads. If another
  /// program writes to the file there may be more or fewer lines than were counted, which callers
  /// must not trust.
  TextLines lines(index_t block, std::string& buffer) const;

  /// All lines.
  TextLines lines(std::string& buffer) const;

 private:
  struct Block {
    std::size_t begin = 0;   // of its first line, in bytes
    index_t first_line = 0;  // counted from 1
    index_t lines = 0;
  };

  const ByteSource& source_;
  std::vector<Block> blocks_;
  std::size_t end_ = 0;  // of the last line
  index_t line_count_ = 0;
};

}  // namespace mercer::detail
