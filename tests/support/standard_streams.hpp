// The standard input and output of this process, led to files for a while.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace mercer::test {

/// While it lives, descriptor is the file of that path.
class Redirect {
 public:
  Redirect(int descriptor, const std::string& path, int flags)
      : descriptor_(descriptor), kept_(dup(descriptor)) {
    std::fflush(nullptr);
    const int file = open(path.c_str(), flags);
    dup2(file, descriptor_);
    close(file);
  }
  ~Redirect() {
    dup2(kept_, descriptor_);
    close(kept_);
  }
  Redirect(const Redirect&) = delete;
  Redirect& operator=(const Redirect&) = delete;

 private:
  int descriptor_;
  int kept_;
};

/// What action() returns while the standard input is the file.
template <class Action>
auto with_standard_input(const std::string& path, Action action) {
  const Redirect redirect(STDIN_FILENO, path, O_RDONLY);
  return action();
}

/// Calls action() while the standard output goes to the file, which must be there.
template <class Action>
void with_standard_output(const std::string& path, Action action) {
  const Redirect redirect(STDOUT_FILENO, path, O_WRONLY | O_TRUNC);
  action();
}

}  // namespace mercer::test
