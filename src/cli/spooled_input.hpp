// Standard input as a file.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace mercer::cli {

/// A folder for temporary files, removed with its object. Throws std::runtime_error if there is no
/// room for it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Copies the standard input into a file.
void save_standard_input(const std::string& path);

/// Calls use(path); of "-", with a file that has the standard input, which an error names
/// "<stdin>": for what a file holds can be seen in its first bytes only.
void with_input_file(const std::string& path, const std::function<void(const std::string&)>& use);

}  // namespace mercer::cli
