// Rows dealt out to the folds of a cross-validation.
#pragma once

#include <cstdint>

#include "mercer/core/types.hpp"
#include "model/one_against_one.hpp"

namespace mercer {

/// The fold of each row of the training set, below count, stratified: the rows of a class go round
/// the folds in an order that depends on the seed and their number only, and the next class goes on
/// where it ended. Rows without weight, and the one of a class that has no other with weight, are
/// never held out: their fold is count.
arma::uvec stratified_folds(const ClassOrder& order, index_t count, std::uint64_t seed);

}  // namespace mercer
