// A file with given content that lives as long as its object, and what a reader says about it.
#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

#include "mercer/core/errors.hpp"

namespace mercer::test {

class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content = "") {
    static std::atomic<int> count = 0;
    static const std::string process = std::to_string(std::random_device{}());
    const std::string name = "mercer_test_" + process + "_" + std::to_string(count++);
    path_ = (std::filesystem::temp_directory_path() / name).string();
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The message of the ParseError that action(path) throws, path as "FILE"; "accepted" if none.
template <class Action>
std::string parse_error_of(const std::string& path, Action action) {
  try {
    action(path);
  } catch (const ParseError& error) {
    const std::string message = error.what();
    return message.starts_with(path) ? "FILE" + message.substr(path.size()) : message;
  }
  return "accepted";
}

}  // namespace mercer::test
