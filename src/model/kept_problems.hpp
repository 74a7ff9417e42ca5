// Problems of two classes that an interrupted fit has solved.
#pragma once

#include <string>
#include <vector>

#include "core/checkpoint.hpp"
#include "mercer/core/function_ref.hpp"
#include "model/pair_solution.hpp"

namespace mercer {

/// The problems of one fit in its checkpoint.
class KeptProblems {
 public:
  explicit KeptProblems(const CheckpointSection& section) : section_(section) {}

  /// Where the solver of one problem keeps its state.
  CheckpointSection of(index_t problem) const {
    return section_.part("problem " + std::to_string(problem));
  }

  /// Takes problem by problem what was solved before; the others are given back, in their order.
  /// size(p): variables of problem p.
  std::vector<index_t> take_solved(const std::vector<index_t>& problems,
                                   FunctionRef<index_t(index_t p)> size,
                                   std::vector<PairSolution>& solutions) const;

  /// Keeps what the solver of a problem has found, unless it was interrupted.
  void keep(index_t problem, const PairSolution& solution) const;

 private:
  CheckpointSection solved(index_t problem) const { return of(problem).part("solved"); }

  CheckpointSection section_;
};

}  // namespace mercer
