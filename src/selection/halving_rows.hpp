// The rows that the rounds of successive halving train on.
#pragma once

#include <cstdint>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/selection/folds.hpp"
#include "mercer/selection/score.hpp"

namespace mercer {

/// All rows in an order of which each beginning holds every class in proportion, the first three
/// rows of each class, from three folds where it is in as many, before all others.
arma::uvec halving_order(const Targets& targets, const Folds& folds, std::uint64_t seed);

/// The rows of each round, and the candidates; the last round has all rows.
struct HalvingRound {
  index_t rows = 0;
  index_t candidates = 0;
};
std::vector<HalvingRound> halving_rounds(index_t rows, index_t candidates, index_t factor,
                                         index_t min_rows);

}  // namespace mercer
