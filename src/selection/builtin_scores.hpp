// Which scores the library knows the inside of.
#pragma once

#include "mercer/selection/score.hpp"

namespace mercer {

/// Whether this is score_named("accuracy"), and no function of the user's.
bool is_accuracy(const Score& score);

}  // namespace mercer
