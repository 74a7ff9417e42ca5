// The bytes of a file, wherever they come from.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mercer::detail {

/// Throws ParseError if path is missing, a directory or cannot be opened.
void require_readable_file(const std::string& path);

/// A regular file, read where it is asked for; or a pipe, or the standard input (path "-"), kept in
/// memory, since it can be read only once.
class ByteSource {
 public:
  /// Throws ParseError as above.
  explicit ByteSource(const std::string& path);
  ByteSource(std::string name, std::string bytes);  // read by read_bytes
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  const std::string& name() const { return name_; }  // the path, or "<stdin>"
  std::size_t size() const { return size_; }

  /// The bytes [begin, begin + count), which must be there; they may lie in buffer. Safe to call
  /// from several threads. Throws ParseError if the file has become shorter, or cannot be read.
  std::string_view read(std::size_t begin, std::size_t count, std::string& buffer) const;

 private:
  void read_to_end();

  std::string name_;
  int descriptor_ = -1;
  std::size_t origin_ = 0;  // where the bytes begin in a regular file
  std::size_t size_ = 0;
  bool is_in_memory_ = false;
  std::string bytes_;
};

/// All bytes of a file or of the standard input. Throws ParseError as above.
std::string read_bytes(const std::string& path);

}  // namespace mercer::detail
