// Training of all pairs of classes.
#pragma once

#include <vector>

#include "core/checkpoint.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/model/svc.hpp"
#include "model/one_against_one.hpp"
#include "model/pair_solution.hpp"

namespace mercer {

/// The solution of each pair; K has its rows in the order. Kernel values are shared among the pairs
/// where all of them fit; pairs of few rows are solved at the same time. After a stop, the pairs
/// that were not begun have beta = 0 and their true gap.
/// starts: where the solutions begin, as pair_places; empty: at 0.
/// section: where unsolved problems keep their states, and solved ones their solutions.
/// Throws what solve_svm throws; NonFiniteError counts rows of K.
template <class T>
std::vector<PairSolution> train_pairs(const GramOperator<T>& K, const ClassOrder& order,
                                      const std::vector<ClassPair>& pairs,
                                      const SvcOptions& options, const Starts& starts,
                                      const CheckpointSection& section);

}  // namespace mercer
