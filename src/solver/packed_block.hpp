// Some of the variables of a support vector machine, side by side with their kernel values.
#pragma once

#include <vector>

#include "mercer/core/types.hpp"
#include "solver/smo_block.hpp"

namespace mercer {

/// What a block has changed: beta at places of all variables, by steps.
struct SmoChanges {
  std::vector<index_t> places;
  std::vector<double> steps;
  std::vector<double> before;  // beta
};

/// A copy of the variables at some places; its memory is used again by the next copy.
class PackedBlock {
 public:
  /// places: ascending. Their kernel values are to be set next.
  void pack(const SmoVariables& from, const std::vector<index_t>& places);

  /// Kernel values out of the columns of the places, values with all variables.
  void copy_values(const SmoColumns& of_places, int threads);

  /// For kernel values that come from elsewhere: stride() columns of stride() floats, where row and
  /// column b belong to the variable at place source(b), places between groups to any one.
  float* values() { return values_.memptr(); }
  index_t stride() const { return block_.F.size(); }
  index_t source(index_t b) const { return sources_[b]; }

  SmoVariables& variables() { return block_; }
  SmoColumns columns() const;

  /// Brings beta back; F is left as it was. undo: the same the other way.
  SmoChanges write_back(SmoVariables& to) const;
  static void undo(const SmoChanges& changes, SmoVariables& to);

 private:
  index_t in_block(index_t k) const {
    return k < first_ ? k : block_.groups[1].begin + (k - first_);
  }

  std::vector<index_t> places_;
  index_t first_ = 0;                     // so many are of the first group
  std::vector<index_t> starts_ = {0, 0};  // of the groups, among all variables
  SmoVariables block_{0, 0, false, 0};
  std::vector<index_t> sources_;
  Col<float> values_;
};

}  // namespace mercer
