// Which variables a block takes.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "core/solver_state.hpp"
#include "solver/smo_block.hpp"

namespace mercer {

/// Chooses blocks of variables that step together: the worst violators of both sides, among them
/// the pair m, M, and the free variables of the last block (Joachims 1998).
class WorkingSet {
 public:
  /// A block has twice as many variables as were free in the last one, or were changed by it:
  /// between least and most.
  WorkingSet(index_t least, index_t most) : least_(std::min(least, most)), most_(most) {}

  /// Places in v, ascending; at least a violating pair if there is one.
  const std::vector<index_t>& choose(const SmoVariables& v);

  /// What choose will look at, from one working set to another. places: how many v has.
  void save(StateWriter& to) const;
  void restore(StateReader& from, index_t places);

 private:
  void take(std::vector<std::pair<double, index_t>>& candidates, index_t count);

  index_t least_;
  index_t most_;
  std::vector<index_t> places_;
  std::vector<double> last_beta_;  // of places_, before the block stepped
  std::vector<char> taken_;
};

}  // namespace mercer
