// Two-class problems out of several classes.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/solver/svm_dual.hpp"

namespace mercer {

/// All rows of a fit, or those that a fold of a cross-validation trains on: a class may have a
/// single row then, and nu is cut down to the largest that the classes allow.
enum class Rows { all, fold };

/// The training rows side by side by class, in their order within a class.
struct ClassOrder {
  arma::ivec classes;           // ascending
  std::vector<index_t> rows;    // of the training set
  std::vector<Range> of_class;  // places in rows
  Col<double> C;                // of rows[k]
  Rows part = Rows::all;
};

/// Throws std::invalid_argument if a weight is negative or not finite, or a class is named twice.
void require_class_weights(const std::string& model, const std::vector<ClassWeight>& named);

/// Checks labels, weights and class weights. Messages begin with where.
/// Throws std::invalid_argument on bad input, such as a class with a single row.
ClassOrder order_by_class(const char* where, const arma::ivec& labels, const Col<double>& weights,
                          const SvcOptions& options, Rows part = Rows::all);

/// A two-class problem, by positions in classes: y = -1 for the first, +1 for the second.
struct ClassPair {
  static constexpr index_t rest = std::numeric_limits<index_t>::max();  // all but the second
  index_t first = 0;
  index_t second = 0;
};

/// (0, 1), (0, 2), ..., (1, 2), ...; or (rest, 0), (rest, 1), ... if there are more than two
/// classes and they are told from the rest.
std::vector<ClassPair> class_pairs(index_t classes, MultiClass multi_class);

/// The place of the pair of two classes, in either order, among those of so many one against one.
inline index_t pair_place(index_t a, index_t b, index_t classes) {
  const index_t low = a < b ? a : b, high = a < b ? b : a;
  return low * classes - low * (low + 1) / 2 + high - low - 1;
}

/// The class of each support point, by its place, from the sign that y_i alpha_i has in the first
/// problem one against one that it takes part in; ClassPair::rest where all are 0.
/// coefficients: support x problems.
arma::uvec classes_of_support(const Mat<double>& coefficients,
                              const std::vector<ClassPair>& problems);

/// The places in the order of the rows of a pair: those of the first class, then the second.
std::vector<index_t> pair_places(const ClassOrder& order, ClassPair pair);

/// The problem on the rows of pair_places: C-SVC, or nu-SVC if options.nu is positive.
/// Throws std::invalid_argument if nu is too large for the pair.
SvmDual pair_dual(const char* where, const ClassOrder& order, ClassPair pair,
                  const SvcOptions& options);

/// The same problem in beta / margin.
SvmDual scaled_down(SvmDual dual, double margin);

/// Positions of the classes with the most votes; among equals the first, or the one that comes
/// first in precedence, all positions, if that is not empty. decisions: m x pairs.
template <class T>
arma::uvec vote(const Mat<T>& decisions, index_t classes, const arma::uvec& precedence = {});

}  // namespace mercer
