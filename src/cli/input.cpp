#include "cli/input.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <system_error>

#include "cli/session.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/write_file.hpp"

namespace mercer::cli {

std::string lower_suffix(const std::string& path) {
  return CLI::detail::to_lower(std::filesystem::path(path).extension().string());
}

std::string shape_text(const ImageInfo& image) {
  return std::to_string(image.rows) + " x " + std::to_string(image.cols) + " pixels" +
         (image.planes > 1 ? " of " + std::to_string(image.planes) + " planes" : "");
}

void add_budget(CLI::App& command, std::size_t& budget, const std::string& what) {
  const CLI::Validator is_size(
      [](const std::string& text) {
        const bool begins = !text.empty() && text[0] >= '0' && text[0] <= '9';
        return begins ? std::string() : "must be a size such as 4GB, is '" + text + "'";
      },
      "");
  command
      .add_option("--budget", budget,
                  "Memory for " + what + ", such as 4GB; default: three quarters of the machine's")
      ->transform(CLI::AsSizeValue(true).description(""))
      ->transform(is_size)  // before it
      ->type_name("SIZE");
}

void require_apart(std::initializer_list<NamedFile> files) {
  const auto same = [](const std::string& a, const std::string& b) {
    std::error_code ignored;
    return std::filesystem::weakly_canonical(a, ignored) ==
               std::filesystem::weakly_canonical(b, ignored) ||
           std::filesystem::equivalent(a, b, ignored);
  };
  for (auto a = files.begin(); a != files.end(); ++a) {
    for (auto b = files.begin(); b != a; ++b) {
      if (a->path.empty() || a->path == "-" || b->path.empty() || !same(a->path, b->path)) continue;
      throw UsageError(std::string(a->option) + " and " + b->option + " name the same file, '" +
                       a->path + "', which would be lost");
    }
  }
}

void require_folder(const std::string& option, const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || !std::filesystem::is_directory(path)) {
    throw ParseError(
        path, 0,
        "the folder of " + option + " cannot be made" + (error ? ": " + error.message() : ""));
  }
  require_writable((std::filesystem::path(path) / "picture.svg").string());
}

}  // namespace mercer::cli
