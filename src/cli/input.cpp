#include "cli/input.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <system_error>

#include "cli/session.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/write_file.hpp"

namespace mercer::cli {
namespace {

// "1.5GB", "200 MiB", "4096": a number and a unit, in capitals or not.
std::optional<std::size_t> bytes_in(const std::string& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  if (!CLI::detail::lexical_cast(text.substr(0, end), number)) return std::nullopt;
  std::string unit = CLI::detail::to_lower(CLI::detail::trim_copy(text.substr(end)));
  double factor = 1;
  if (const std::size_t power = std::string("kmgtp").find(unit.empty() ? 'b' : unit[0]);
      power != std::string::npos) {
    const bool binary = unit.size() > 1 && unit[1] == 'i';
    factor = std::pow(binary ? 1024 : 1000, static_cast<double>(power + 1));
    unit.erase(0, binary ? 2 : 1);
  }
  const double bytes = number * factor;
  if ((!unit.empty() && unit != "b") || !(bytes >= 1 && bytes < 1e18)) return std::nullopt;
  return static_cast<std::size_t>(bytes);
}

}  // namespace

std::string lower_suffix(const std::string& path) {
  return CLI::detail::to_lower(std::filesystem::path(path).extension().string());
}

std::string shape_text(const ImageInfo& image) {
  return std::to_string(image.rows) + " x " + std::to_string(image.cols) + " pixels" +
         (image.planes > 1 ? " of " + std::to_string(image.planes) + " planes" : "");
}

void add_budget(CLI::App& command, std::size_t& budget, const std::string& what) {
  const CLI::Validator is_size(
      [](std::string& text) {
        const auto bytes = bytes_in(text);
        if (!bytes) return "must be a size such as 4GB, is '" + text + "'";
        text = std::to_string(*bytes);
        return std::string();
      },
      "");
  command
      .add_option("--budget", budget,
                  "Memory for " + what + ", such as 4GB; default: three quarters of the machine's")
      ->transform(is_size)
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
