// Where the solver of support vector machines has its kernel values from.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/solver_state.hpp"
#include "mercer/gram/column_cache.hpp"
#include "mercer/gram/gram_operator.hpp"
#include "mercer/solver/svm.hpp"
#include "solver/packed_block.hpp"
#include "solver/smo_block.hpp"
#include "solver/working_set.hpp"

namespace mercer {

/// Variables count without gaps; their places in SmoVariables have padding behind each group.
struct SmoPlaces {
  explicit SmoPlaces(const SvmDual& problem)
      : dual(problem), first(problem.rows[0].size()), second_begin(smo_padded(first)) {}

  index_t place(index_t i) const { return i < first ? i : second_begin + (i - first); }
  index_t variable(index_t k) const { return k < second_begin ? k : first + (k - second_begin); }
  index_t row(index_t k) const { return dual.row(variable(k)); }

  const SvmDual& dual;
  index_t first;
  index_t second_begin;
};

/// Whether a problem of so many variables computes its kernel values when it needs them, and keeps
/// next to nothing.
template <class T>
bool keeps_nothing(const GramOperator<T>& K, index_t variables);

/// Three ways to K: all of it in memory, columns that are fetched and kept, and blocks that are
/// computed when they are needed, with products for the gradients. See solve_svm for the rule.
template <class T>
class KernelValues {
 public:
  /// All are borrowed. poll: called between pieces of long work; what it throws ends that, and all
  /// is as it was before.
  KernelValues(const GramOperator<T>& K, const SvmDual& dual, const SvmOptions& options,
               const StoredColumns* stored, std::function<void()> poll);

  Col<double> diagonal() const;  // of each variable

  /// Computes all of K where the problem is so small, or its free variables so many, that this is
  /// the way; then all() is there.
  void settle(const SmoVariables& v);
  bool all_there() const { return stored_ != nullptr || (columns_ && columns_->all() != nullptr); }
  SmoColumns all() const;

  /// Whether blocks have their values computed for them.
  bool computes_blocks() const { return by_products_; }
  WorkingSet working_set() const;

  /// The variables at these places, with their kernel values.
  void pack(PackedBlock& block, const SmoVariables& v, const std::vector<index_t>& places);

  /// F -= K delta, for what the block packed last has changed.
  void subtract(SmoVariables& v, const SmoChanges& changes);

  /// Whether stored floats stand for K, and F of the start from them.
  bool floats_are_final() const { return stored_ != nullptr && stored_->final; }
  Col<double> start_gradient() const;

  /// Which kernel values are there, for another object on the same problem to compute them again.
  void save(StateWriter& to) const;
  void restore(StateReader& from);

  /// K beta in double.
  Col<double> sums(const Col<double>& beta) const;

 private:
  void keep_columns();  // from here on, and no products
  void compute(PackedBlock& block) const;
  SmoColumns fetch(const std::vector<index_t>& places);
  void subtract_products(SmoVariables& v, const SmoChanges& changes) const;
  [[noreturn]] void name_bad_value(const std::vector<index_t>& places) const;
  std::size_t budget() const;
  index_t computed_block() const;

  const GramOperator<T>& K_;
  const SvmOptions& options_;
  SmoPlaces at_;
  std::function<void()> poll_;
  const StoredColumns* stored_;
  bool by_products_;                       // kernel values are computed again, not kept
  std::optional<ColumnCache<T>> columns_;  // else, if nothing is stored
  std::vector<index_t> packed_;            // places of the last block
  SmoColumns packed_columns_;              // theirs, if they were fetched
};

}  // namespace mercer
