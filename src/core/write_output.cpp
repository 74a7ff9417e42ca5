#include "mercer/core/write_output.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <streambuf>
#include <system_error>

#include "mercer/core/errors.hpp"
#include "mercer/core/write_file.hpp"

namespace mercer {
namespace {

class StandardOutput final : public std::streambuf {
 public:
  StandardOutput() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }
  int error() const { return error_; }

 private:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) {
      *pptr() = traits_type::to_char_type(c);
      pbump(1);
    }
    return traits_type::not_eof(c);
  }

  int sync() override {
    for (const char* at = pbase(); at != pptr();) {
      const ssize_t count = write(STDOUT_FILENO, at, static_cast<std::size_t>(pptr() - at));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        error_ = errno;
        return -1;
      }
      at += count;
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return 0;
  }

  std::array<char, 1 << 16> bytes_;
  int error_ = 0;
};

}  // namespace

void write_output(const std::string& path, FunctionRef<void(std::ostream&)> write) {
  if (path != "-") {
    write_file(path, write);
    return;
  }
  StandardOutput output;
  std::ostream stream(&output);
  write(stream);
  if (stream.flush()) return;
  throw ParseError("<stdout>", 0,
                   "cannot be written: " + std::generic_category().message(output.error()));
}

}  // namespace mercer
