#include "core/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "mercer/core/errors.hpp"

namespace mercer::detail {
namespace {

// read and pread give what is there, at most 2 GB, and may be interrupted by a signal.
template <class Read>
std::size_t read_some(const std::string& name, Read read) {
  ssize_t count = -1;
  do count = read();
  while (count < 0 && errno == EINTR);
  if (count < 0) throw ParseError(name, 0, "the file cannot be read to its end");
  return static_cast<std::size_t>(count);
}

}  // namespace

void require_readable_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw ParseError(path, 0, "there is no such file");
  if (std::filesystem::is_directory(status)) throw ParseError(path, 0, "is a directory");
}

ByteSource::ByteSource(const std::string& path) : name_(path == "-" ? "<stdin>" : path) {
  if (path != "-") require_readable_file(path);
  // A second descriptor, so that both kinds are closed.
  descriptor_ = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw ParseError(name_, 0, "the file cannot be opened");
  struct stat status {};
  fstat(descriptor_, &status);
  const off_t origin = lseek(descriptor_, 0, SEEK_CUR);
  // Files of /proc call themselves regular, of size 0.
  if (S_ISREG(status.st_mode) && origin >= 0 && status.st_size > origin) {
    origin_ = static_cast<std::size_t>(origin);
    size_ = static_cast<std::size_t>(status.st_size - origin);
    return;
  }
  try {
    read_to_end();
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

ByteSource::ByteSource(std::string name, std::string bytes)
    : name_(std::move(name)), size_(bytes.size()), is_in_memory_(true), bytes_(std::move(bytes)) {}

ByteSource::~ByteSource() { close(descriptor_); }

void ByteSource::read_to_end() {
  is_in_memory_ = true;
  std::string chunk(std::size_t{1} << 16, '\0');
  for (;;) {
    const std::size_t count =
        read_some(name_, [&] { return ::read(descriptor_, chunk.data(), chunk.size()); });
    if (count == 0) break;
    bytes_.append(chunk, 0, count);
  }
  size_ = bytes_.size();
}

std::string_view ByteSource::read(std::size_t begin, std::size_t count, std::string& buffer) const {
  if (is_in_memory_) return std::string_view(bytes_).substr(begin, count);
  if (buffer.size() < count) buffer.resize(count);
  for (std::size_t done = 0; done < count;) {
    const std::size_t more = read_some(name_, [&] {
      return pread(descriptor_, buffer.data() + done, count - done,
                   static_cast<off_t>(origin_ + begin + done));
    });
    if (more == 0) throw ParseError(name_, 0, "the file became shorter while it was read");
    done += more;
  }
  return std::string_view(buffer).substr(0, count);
}

std::string read_bytes(const std::string& path) {
  const ByteSource source(path);
  std::string buffer;
  const std::string_view bytes = source.read(0, source.size(), buffer);
  return bytes.data() == buffer.data() ? std::move(buffer) : std::string(bytes);
}

}  // namespace mercer::detail
