#include "mercer/core/write_file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/catch.hpp"
#include "support/temporary_file.hpp"

namespace fs = std::filesystem;
using mercer::write_file;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;

namespace {

// A folder that is empty at first and removed at last.
class Folder {
 public:
  Folder() {
    fs::remove(place_.path());
    fs::create_directory(place_.path());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(place_.path(), ignored);
  }
  std::string operator/(const std::string& name) const { return place_.path() + "/" + name; }
  const std::string& path() const { return place_.path(); }
  long count() const { return std::distance(fs::directory_iterator(path()), {}); }

 private:
  TemporaryFile place_;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
  write_file(path, [&](std::ostream& out) { out << text; });
}

std::string error_of(const std::string& path, const std::string& text = "new") {
  return parse_error_of(path, [&](const auto& file) { write(file, text); });
}

// A limit on the size of files, which fails as a full disk does: within write.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  void (*old_handler_)(int);
  rlimit old_;
};

// The rights of nobody, where the tests run as root, whom no permission stops.
class NotRoot {
 public:
  NotRoot() : was_root_(geteuid() == 0) {
    if (was_root_) REQUIRE(seteuid(65534) == 0);
  }
  ~NotRoot() {
    if (was_root_ && seteuid(0) != 0) std::terminate();
  }

 private:
  bool was_root_;
};

}  // namespace

TEST_CASE("a file is written, and written again", "[core]") {
  const Folder folder;
  const std::string path = folder / "a.txt";
  write(path, "old");
  CHECK(content_of(path) == "old");
  write(path, "new and longer");
  CHECK(content_of(path) == "new and longer");
  CHECK(folder.count() == 1);
}

TEST_CASE("a file that cannot be completed leaves the old one and nothing else", "[core]") {
  const Folder folder;
  const std::string path = folder / "a.txt";
  write(path, "old");
  const std::string long_text(100000, 'x');
  {
    const FileSizeLimit limit(50000);
    CHECK(error_of(path, long_text) == "FILE: the file cannot be written: File too large");
    CHECK(error_of(folder / "b.txt", long_text) ==
          "FILE: the file cannot be written: File too large");
  }
  CHECK_THROWS_WITH(write_file(path,
                               [](std::ostream& out) {
                                 out << "half";
                                 throw std::runtime_error("stopped");
                               }),
                    "stopped");
  CHECK_THROWS_AS(write_file(path, [](std::ostream& out) { out.setstate(std::ios::failbit); }),
                  mercer::ParseError);
  CHECK(content_of(path) == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("a place where no file can be is told", "[core]") {
  const Folder folder;
  CHECK(error_of(folder / "no/such/a.txt") ==
        "FILE: the file cannot be written: No such file or directory");
  CHECK(error_of(folder.path()) == "FILE: is a directory");
  CHECK(error_of("") == "FILE: the file cannot be written: No such file or directory");
}

TEST_CASE("devices and pipes take what is written as it comes", "[core]") {
  const Folder folder;
  mercer::require_writable("/dev/null");
  write("/dev/null", "new");
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(error_of("/dev/full", std::string(100000, 'x')) ==
        "FILE: the file cannot be written: No space left on device");
  const std::string pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  mercer::require_writable(pipe);
  std::string read;
  std::thread reader([&] { read = content_of(pipe); });
  write(pipe, "through");
  reader.join();
  CHECK(read == "through");
  CHECK(fs::is_fifo(pipe));
  CHECK(folder.count() == 1);
}

TEST_CASE("what is read-only stays", "[core]") {
  const Folder folder;
  const std::string path = folder / "a.txt";
  write(path, "old");
  fs::permissions(path, fs::perms(0444));
  fs::permissions(folder.path(), fs::perms(0777));
  {
    const NotRoot rights;
    CHECK(error_of(path) == "FILE: the file cannot be written: Permission denied");
  }
  fs::permissions(path, fs::perms(0666));
  fs::permissions(folder.path(), fs::perms(0555));
  {
    const NotRoot rights;
    CHECK(error_of(path) == "FILE: the file cannot be written: Permission denied");
    CHECK(error_of(folder / "b.txt") == "FILE: the file cannot be written: Permission denied");
  }
  fs::permissions(folder.path(), fs::perms(0777));
  CHECK(content_of(path) == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("permissions and symbolic links stay", "[core]") {
  const Folder folder;
  const std::string path = folder / "a.txt";
  write(path, "old");
  fs::permissions(path, fs::perms(0640));
  fs::create_symlink("a.txt", folder / "link.txt");
  write(folder / "link.txt", "new");
  CHECK(fs::is_symlink(folder / "link.txt"));
  CHECK(content_of(path) == "new");
  CHECK(fs::status(path).permissions() == fs::perms(0640));
  CHECK(folder.count() == 2);
}
