// Each class against all others.
#pragma once

#include <vector>

#include "core/checkpoint.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/model/svc.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"

namespace mercer {

/// The solution of each class against the rest, rows as in pair_places; K has its rows in the
/// order. All problems of C-SVC have the same kernel values: where these fit, they are computed
/// once and the problems are solved at the same time, otherwise one after the other. After a stop,
/// the problems that were not begun have beta = 0 and their true gap.
/// starts: where the solutions begin, as pair_places; empty: at 0.
/// section: where unsolved problems keep their states, and solved ones their solutions.
/// Throws what solve_svm throws; NonFiniteError counts rows of K.
template <class T>
std::vector<PairSolution> train_rest(const GramOperator<T>& K, const ClassOrder& order,
                                     const SvcOptions& options, const Starts& starts,
                                     const CheckpointSection& section);

/// Positions of the largest value of each row, the first among equals. decisions: m x classes.
template <class T>
arma::uvec largest(const Mat<T>& decisions);

}  // namespace mercer
