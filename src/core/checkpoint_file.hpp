// The file of a checkpoint.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mercer::detail {

struct KeptState {
  std::vector<std::uint64_t> words;
  std::size_t line = 0;  // of the file, from 1
};

/// In text:
///     mercer checkpoint 1
///     problem 91b5c3a8e1f00d42
///     seconds 12.5
///     state <words> <name>
///     <16 hexadecimal digits for each word>
///     ...
///     checksum 5d41402abc4b2a76
struct CheckpointContent {
  std::uint64_t problem = 0;
  double seconds = 0;
  std::map<std::string, KeptState> states;
};

/// Throws ParseError if the file cannot be written; an older one stays then.
void write_checkpoint(const std::string& path, const CheckpointContent& content);

/// Throws ParseError on a file that is damaged, of a newer version, or of another problem than the
/// one with this fingerprint.
CheckpointContent read_checkpoint(const std::string& path, std::uint64_t problem);

}  // namespace mercer::detail
