// Where conjugate gradients stand that are asked again with a smaller target.
#pragma once

#include <limits>
#include <optional>

#include "core/checkpoint.hpp"
#include "mercer/core/types.hpp"

namespace mercer {

/// What a round begins with; it is the same for all fits of a problem.
struct KeptRound {
  double share;                                             // of what is asked for
  double before = std::numeric_limits<double>::infinity();  // error of the last round
  index_t iterations = 0;                                   // of the rounds before
  CheckpointSection section = {};

  /// Where the search of the round keeps its state.
  CheckpointSection search() const { return section.part("search"); }

  /// Goes to the round that was kept last, if any; X is what it begins at.
  void restore(Mat<double>& X) {
    std::optional<StateReader> from = section.found();
    if (!from) return;
    share = from->number();
    before = from->number();
    iterations = from->index(std::numeric_limits<index_t>::max());
    X = from->matrix(X.n_rows, X.n_cols);
  }

  /// The round begins. A search of the one before is of no use from here on, and goes first: what
  /// the file holds in between is the whole round before.
  void keep(const Mat<double>& X) {
    if (!section.is_on()) return;
    search().drop();
    section.keep([&](StateWriter& to) {
      to.put(share);
      to.put(before);
      to.put(iterations);
      to.put(X);
    });
  }
};

}  // namespace mercer
