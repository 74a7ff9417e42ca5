#include "cli/file_kind.hpp"

#include <filesystem>
#include <fstream>
#include <string_view>

#include "mercer/core/errors.hpp"

namespace mercer::cli {

FileKind file_kind(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw ParseError(path, 0, "there is no such file");
  if (std::filesystem::is_directory(path, ignored)) throw ParseError(path, 0, "is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ParseError(path, 0, "the file cannot be opened");
  std::string begin(16, '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(file.gcount()));
  const auto has = [&](std::string_view magic) { return begin.starts_with(magic); };
  if (has("mercer model ")) return FileKind::model;
  if (has("svm_type ")) return FileKind::libsvm_model;
  if (has("\x89PNG") || has("P5") || has("P6")) return FileKind::image;
  if (has("\x93NUMPY")) return FileKind::array;
  if (has("\x89HDF\r\n\x1a\n")) return FileKind::hdf5;
  return FileKind::table;
}

}  // namespace mercer::cli
