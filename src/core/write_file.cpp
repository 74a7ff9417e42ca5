#include "mercer/core/write_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "mercer/core/errors.hpp"

namespace mercer {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, int error) {
  std::string reason = "the file cannot be written";
  if (error != 0) reason += ": " + std::generic_category().message(error);
  throw ParseError(path, 0, reason);
}

// A device, such as /dev/null, or a pipe: it has no older content, and takes the new one as it
// comes.
bool takes_as_it_comes(const std::string& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return fs::is_character_file(status) || fs::is_fifo(status);
}

void require_access(const std::string& path) {
  if (faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) refuse(path, errno);
}

// The file that path names, through symbolic links.
fs::path target_of(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) throw ParseError(path, 0, "is a directory");
  if (!fs::exists(status)) return path;
  if (!fs::is_regular_file(status)) throw ParseError(path, 0, "is not a regular file");
  require_access(path);
  const fs::path target = fs::canonical(path, error);
  if (error) refuse(path, error.value());
  return target;
}

// Has the system bring what path names, a file or a folder, to its medium.
void synchronise(const std::string& path, int flags, const std::string& shown) {
  const int file = open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) refuse(shown, errno);
  const bool failed = fsync(file) != 0;
  const int error = errno;
  close(file);
  // Some file systems cannot, and say so.
  if (failed && error != EINVAL && error != ENOTSUP && error != EROFS) refuse(shown, error);
}

// A new file in the folder of target; it is deleted with its object unless it was renamed.
class TemporaryNeighbour {
 public:
  TemporaryNeighbour(const std::string& path, const fs::path& target) {
    static std::atomic<unsigned> count = 0;
    std::FILE* file = nullptr;
    do {
      name_ =
          target.string() + "." + std::to_string(getpid()) + "-" + std::to_string(count++) + ".tmp";
      errno = 0;
      file = std::fopen(name_.c_str(), "wx");  // x: it must not exist
    } while (file == nullptr && errno == EEXIST);
    if (file == nullptr) refuse(path, errno);
    std::fclose(file);
  }
  ~TemporaryNeighbour() {
    if (!renamed_) std::remove(name_.c_str());
  }
  TemporaryNeighbour(const TemporaryNeighbour&) = delete;
  TemporaryNeighbour& operator=(const TemporaryNeighbour&) = delete;

  const std::string& name() const { return name_; }

  void rename_to(const std::string& path, const fs::path& target) {
    std::error_code ignored;
    const fs::file_status old = fs::status(target, ignored);
    if (fs::exists(old)) fs::permissions(name_, old.permissions(), ignored);
    if (std::rename(name_.c_str(), target.c_str()) != 0) refuse(path, errno);
    renamed_ = true;
  }

 private:
  std::string name_;
  bool renamed_ = false;
};

// The complete file takes its name, and both are on the disk when this returns.
void take_place(TemporaryNeighbour& temporary, const std::string& path, const fs::path& target) {
  synchronise(temporary.name(), O_WRONLY, path);
  temporary.rename_to(path, target);
  const fs::path folder = target.parent_path();
  synchronise(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY, path);
}

}  // namespace

void write_file(const std::string& path, FunctionRef<void(std::ostream&)> write) {
  const auto write_to = [&](const std::string& name) {
    errno = 0;
    std::ofstream stream(name, std::ios::binary | std::ios::trunc);
    write(stream);
    stream.close();
    if (!stream) refuse(path, errno);
  };
  if (takes_as_it_comes(path)) return write_to(path);
  write_named_file(path, write_to);
}

void require_writable(const std::string& path) {
  if (path == "-") return;
  if (takes_as_it_comes(path)) return require_access(path);
  TemporaryNeighbour(path, target_of(path));
}

void write_named_file(const std::string& path, FunctionRef<void(const std::string&)> write) {
  const fs::path target = target_of(path);
  TemporaryNeighbour temporary(path, target);
  write(temporary.name());
  take_place(temporary, path, target);
}

}  // namespace mercer
