// Points divided into training and test.
#pragma once

#include <cstdint>
#include <string>

#include "mercer/core/types.hpp"

namespace mercer {

/// Indices of points for take(). Every point of the divided set is in one of the two.
struct Split {
  arma::uvec train;
  arma::uvec test;
};

// All functions throw std::invalid_argument if the fraction is not between 0 and 1, or if one of
// the two parts would have no point. The training part has floor(fraction * n) points, the product
// rounded to double.

/// The first floor(fraction * n) entries of a permutation of 0, ..., n - 1, and the others.
Split split_permutation(const arma::uvec& permutation, double fraction = 0.8);

/// A random division that depends on n, fraction and seed only, on every platform.
Split split_random(index_t n, double fraction, std::uint64_t seed);

/// A random division that keeps the share of every class: of n_c points, floor(fraction * n_c) are
/// for training, or one more. Those with one more, so that the training part has floor(fraction *
/// n) in all, are the classes whose product was cut the most; ties go to the smaller code. (Where
/// rounding makes the classes' products add up to more than that, the training part has their sum.)
Split split_stratified(const arma::ivec& labels,  // n
                       double fraction, std::uint64_t seed);

/// In file order: the first n_train of n points, and the others.
Split split_first(index_t n, index_t n_train);

/// Reads a permutation of 0, ..., n - 1, one number a line. Throws ParseError "path:line: reason"
/// if the file cannot be read, or a line is no index, out of range or there twice.
arma::uvec load_permutation(const std::string& path);

}  // namespace mercer
