#include "cli/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "mercer/core/errors.hpp"

namespace mercer::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, int error) {
  throw ParseError(path, 0,
                   "the file cannot be written: " + std::generic_category().message(error));
}

// A file in the folder for temporary ones that goes with the object.
class TemporaryFile {
 public:
  TemporaryFile() {
    name_ = (fs::temp_directory_path() / "mercer-XXXXXX").string();
    const int file = mkstemp(name_.data());
    if (file < 0) refuse(name_, errno);
    close(file);
  }
  ~TemporaryFile() { unlink(name_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace

void require_writable(const std::string& path) {
  if (path == "-") return;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw ParseError(path, 0, "is a directory");
  const bool there = fs::exists(path, ignored);
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  if (access((there ? path : folder.string()).c_str(), W_OK) != 0) refuse(path, errno);
}

void save(const std::string& path, const std::function<void(const std::string&)>& write) {
  if (path != "-") return write(path);
  const TemporaryFile file;
  write(file.name());
  std::cout << std::ifstream(file.name(), std::ios::binary).rdbuf() << std::flush;
  if (!std::cout) throw ParseError("<stdout>", 0, "the output cannot be written");
}

void write_text(const std::string& path, const std::function<void(std::ostream&)>& write) {
  if (path == "-") {
    write(std::cout);
    std::cout.flush();
    if (!std::cout) throw ParseError("<stdout>", 0, "the output cannot be written");
    return;
  }
  const std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  errno = 0;
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  if (file) write(file);
  file.close();
  if (file && std::rename(temporary.c_str(), path.c_str()) == 0) return;
  const int error = errno != 0 ? errno : EIO;
  std::error_code ignored;
  fs::remove(temporary, ignored);
  refuse(path, error);
}

}  // namespace mercer::cli
