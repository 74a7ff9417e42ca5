// The pictures of `mercer tune`.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "mercer/selection/search_space.hpp"
#include "mercer/selection/search_table.hpp"

namespace mercer::cli {

/// Writes heat_map.svg into the folder: the score over the two numbers of a grid that have the most
/// values, the best one over all others. A note says why there is none. The paths of the files.
std::vector<std::string> draw(const std::string& folder, const SearchTable& table,
                              const SearchSpace& space, bool is_random, const Session& session);

}  // namespace mercer::cli
