// The program as people run it: a process with arguments, input, output and an exit status.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace mercer::test {

struct Outcome {
  int status = -1;  // of exit; 128 + the signal if one ended it
  std::string out;
  std::string err;
};

/// A process that was started and not waited for yet. Its output goes to files.
class Process {
 public:
  /// words: the program and its arguments, found along PATH. environment: "NAME=value", in addition
  /// to that of the tests.
  explicit Process(const std::vector<std::string>& words, const std::string& input = {},
                   const std::vector<std::string>& environment = {}) {
    std::ofstream(files_ / "in") << input;
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ > 0) {
      setpgid(pid_, pid_);  // by whoever comes first
      return;
    }
    const auto connect = [](const std::string& path, int flags, int to) {
      dup2(open(path.c_str(), flags, 0600), to);
    };
    connect(files_ / "in", O_RDONLY, STDIN_FILENO);
    connect(files_ / "out", O_WRONLY | O_CREAT, STDOUT_FILENO);
    connect(files_ / "err", O_WRONLY | O_CREAT, STDERR_FILENO);
    std::signal(SIGINT, SIG_DFL);
    setpgid(0, 0);
    for (const std::string& setting : environment) putenv(const_cast<char*>(setting.c_str()));
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  ~Process() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const { ::kill(pid_, number); }

  /// To the process and all that it has started.
  void signal_group(int number) const { ::kill(-pid_, number); }

  Outcome wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    const auto content = [&](const char* name) {
      std::ifstream in(files_ / name, std::ios::binary);
      return std::string(std::istreambuf_iterator<char>(in), {});
    };
    return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), content("out"),
            content("err")};
  }

 private:
  TemporaryFolder files_;
  pid_t pid_ = -1;
};

inline Outcome run(const std::vector<std::string>& words, const std::string& input = {},
                   const std::vector<std::string>& environment = {}) {
  return Process(words, input, environment).wait();
}

/// Another program with these arguments.
inline Outcome run_program(const std::string& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  return run(arguments);
}

/// The words of a command line: mercer with these arguments.
inline std::vector<std::string> mercer_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), MERCER_PROGRAM);
  return arguments;
}
inline Outcome run_mercer(std::vector<std::string> arguments, const std::string& input = {},
                          const std::vector<std::string>& environment = {}) {
  return run(mercer_with(std::move(arguments)), input, environment);
}

inline std::string file_content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace mercer::test
