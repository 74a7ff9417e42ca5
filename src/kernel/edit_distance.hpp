// How far a misspelt name is from a known one.
#pragma once

#include <cstddef>
#include <string_view>

namespace mercer {

/// The smallest number of insertions, deletions and substitutions that turn a into b (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace mercer
