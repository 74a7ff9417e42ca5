#include "cli/input.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace mercer::cli {

std::string lower_suffix(const std::string& path) {
  return CLI::detail::to_lower(std::filesystem::path(path).extension().string());
}

std::string shape_text(const ImageInfo& image) {
  return std::to_string(image.rows) + " x " + std::to_string(image.cols) + " pixels" +
         (image.planes > 1 ? " of " + std::to_string(image.planes) + " planes" : "");
}

void add_budget(CLI::App& command, std::size_t& budget, const std::string& what) {
  command
      .add_option("--budget", budget,
                  "Memory for " + what + ", such as 4GB; default: three quarters of the machine's")
      ->transform(CLI::AsSizeValue(true).description(""))
      ->type_name("SIZE");
}

}  // namespace mercer::cli
