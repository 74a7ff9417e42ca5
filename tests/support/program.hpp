// The program mercer run as a user runs it: a process of its own, with pipes.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mercer::test {

struct Outcome {
  int status = 0;   // of exit; 128 + the signal's number after one
  std::string out;  // standard output
  std::string err;  // standard error
};

/// Both ends of a pipe, which a program that is started does not inherit.
struct Pipe {
  int read = -1, write = -1;

  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    close_end(read);
    close_end(write);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

/// Starts `program` with these arguments, feeds it `input`, and waits for its end. environment:
/// "NAME=value", in addition to that of the tests.
inline Outcome run_program(const std::string& program, const std::vector<std::string>& arguments,
                           std::string_view input = {},
                           const std::vector<std::string>& environment = {}) {
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<std::string> settings = environment;
  std::vector<char*> envp;
  for (std::string& setting : settings) envp.push_back(setting.data());
  for (char** entry = environ; *entry != nullptr; ++entry) envp.push_back(*entry);
  envp.push_back(nullptr);

  std::signal(SIGPIPE, SIG_IGN);  // a program may end without reading all of its input
  Pipe in, out, err;
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    dup2(in.read, STDIN_FILENO);
    dup2(out.write, STDOUT_FILENO);
    dup2(err.write, STDERR_FILENO);
    execvpe(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  Pipe::close_end(in.read);
  Pipe::close_end(out.write);
  Pipe::close_end(err.write);

  Outcome outcome;
  if (input.empty()) Pipe::close_end(in.write);
  const auto take = [](int& end, std::string& text) {
    std::array<char, 65536> block;
    const ssize_t count = read(end, block.data(), block.size());
    if (count > 0) {
      text.append(block.data(), static_cast<std::size_t>(count));
    } else {
      Pipe::close_end(end);
    }
  };
  while (out.read >= 0 || err.read >= 0) {
    std::array<pollfd, 3> ends = {{{out.read, POLLIN, 0},
                                   {err.read, POLLIN, 0},
                                   {in.write, POLLOUT, 0}}};  // those that are closed are passed by
    poll(ends.data(), ends.size(), -1);
    if (ends[0].revents != 0) take(out.read, outcome.out);
    if (ends[1].revents != 0) take(err.read, outcome.err);
    if (ends[2].revents != 0) {
      const ssize_t count =
          write(in.write, input.data(), std::min<std::size_t>(input.size(), 4096));
      if (count > 0) input.remove_prefix(static_cast<std::size_t>(count));
      if (count < 0 || input.empty()) Pipe::close_end(in.write);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

/// The program mercer with these arguments.
inline Outcome run_mercer(const std::vector<std::string>& arguments, std::string_view input = {},
                          const std::vector<std::string>& environment = {}) {
  return run_program(MERCER_PROGRAM, arguments, input, environment);
}

/// An empty folder that goes with its object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> count = 0;
    static const std::string process = std::to_string(std::random_device{}());
    path_ = std::filesystem::temp_directory_path() /
            ("mercer_folder_" + process + "_" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  /// The path of a file of this name in it.
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string file_content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace mercer::test
