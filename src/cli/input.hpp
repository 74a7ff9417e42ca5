// What the commands that read files of several kinds have in common.
#pragma once

#include <CLI/App.hpp>
#include <cstddef>
#include <initializer_list>
#include <string>

#include "mercer/image/image_file.hpp"

namespace mercer::cli {

/// ".csv" of "table.CSV"; empty if there is none.
std::string lower_suffix(const std::string& path);

/// "512 x 512 pixels", "64 x 48 pixels of 3 planes".
std::string shape_text(const ImageInfo& image);

/// Adds --budget, of the memory for what is named.
void add_budget(CLI::App& command, std::size_t& budget, const std::string& what);

struct NamedFile {
  const char* option;  // that names it
  std::string path;    // may be empty, or - for a standard stream
};

/// Throws UsageError if two of them are the same file.
void require_apart(std::initializer_list<NamedFile> files);

/// Makes the folder that an option names, if it is not there. Throws ParseError if files cannot be
/// written in it.
void require_folder(const std::string& option, const std::string& path);

}  // namespace mercer::cli
