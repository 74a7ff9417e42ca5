#include "cli/spooled_input.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "mercer/core/errors.hpp"

namespace mercer::cli {
namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "mercer-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("there is no room for temporary files in " +
                             fs::temp_directory_path().string());
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void save_standard_input(const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  if (std::cin.peek() != std::char_traits<char>::eof()) file << std::cin.rdbuf();
  if (file.flush()) return;
  throw std::runtime_error("there is no room for the standard input in " + path);
}

void with_input_file(const std::string& path, const std::function<void(const std::string&)>& use) {
  if (path != "-") return use(path);
  const TemporaryFolder folder;
  const std::string file = folder / "stdin";
  save_standard_input(file);
  try {
    use(file);
  } catch (const ParseError& error) {
    std::string text = error.what();
    if (text.starts_with(file)) text.replace(0, file.size(), "<stdin>");
    throw std::runtime_error(text);
  }
}

}  // namespace mercer::cli
