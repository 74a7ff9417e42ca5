// Rows dealt out to the folds of a cross-validation.
#pragma once

#include <cstdint>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/data/split.hpp"

namespace mercer {

/// A division of n rows into folds, or several of them: each fold is held out once, by a model of
/// the other rows of its division.
class Folds {
 public:
  /// fold_of: n, of each row. Throws std::invalid_argument if there are less than two folds, or one
  /// of 0, ..., the largest has no row.
  explicit Folds(arma::uvec fold_of);

  /// Several divisions of the same rows; throws as above, and if their sizes differ.
  explicit Folds(std::vector<arma::uvec> fold_of);

  index_t rows() const { return fold_of_.front().n_elem; }
  index_t repeats() const { return fold_of_.size(); }
  index_t count() const { return repeat_.size(); }  // of all divisions

  /// Fold i < count(), those of the first division before those of the second: the rows held out
  /// (test) and the others (train), ascending.
  Split split(index_t i) const;
  index_t repeat_of(index_t i) const { return repeat_[i]; }

  const arma::uvec& fold_of(index_t repeat = 0) const { return fold_of_[repeat]; }

  /// One division, and a fold for each row.
  bool is_leave_one_out() const { return repeats() == 1 && count() == rows(); }

 private:
  std::vector<arma::uvec> fold_of_;
  std::vector<index_t> repeat_;  // of each fold
  std::vector<index_t> first_;   // fold of each repeat
};

// These are the same on every platform. Repeat r of several has the seed + r. They throw
// std::invalid_argument if k is not within 2, ..., the number of rows, or repeats is 0.

/// Rows at random; sizes differ by one at most.
Folds k_folds(index_t n, index_t k, std::uint64_t seed = 1, index_t repeats = 1);

/// Each class at random: its rows in two folds, and the sizes of two folds, differ by one at most.
/// Throws also if a class has a single row, which cannot be in training and held out.
Folds stratified_folds(const arma::ivec& labels,  // n
                       index_t k, std::uint64_t seed = 1, index_t repeats = 1);

/// Each row is a fold. Throws if n < 2.
Folds leave_one_out(index_t n);

}  // namespace mercer
