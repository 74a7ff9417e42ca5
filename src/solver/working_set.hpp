// Which variables a block takes.
#pragma once

#include <utility>
#include <vector>

#include "solver/smo_block.hpp"

namespace mercer {

/// Chooses blocks of variables that step together: the worst violators of both sides, among them
/// the pair m, M, and the free variables of the last block (Joachims 1998).
class WorkingSet {
 public:
  /// size: the most variables of a block.
  explicit WorkingSet(index_t size) : size_(size) {}

  /// Places in v, ascending; at most the size, at least a violating pair if there is one.
  const std::vector<index_t>& choose(const SmoVariables& v);

 private:
  void take(std::vector<std::pair<double, index_t>>& candidates, index_t count);

  index_t size_;
  std::vector<index_t> places_;
  std::vector<char> taken_;
};

}  // namespace mercer
