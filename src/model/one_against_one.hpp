// Two-class problems out of several classes.
#pragma once

#include <span>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/model/svc.hpp"
#include "mercer/solver/svm_dual.hpp"

namespace mercer {

/// The training rows side by side by class, in their order within a class.
struct ClassOrder {
  arma::ivec classes;           // ascending
  std::vector<index_t> rows;    // of the training set
  std::vector<Range> of_class;  // places in rows
  Col<double> C;                // of rows[k]
};

/// Checks labels, weights and class weights. Messages begin with where.
ClassOrder order_by_class(const char* where, const arma::ivec& labels, const Col<double>& weights,
                          const SvcOptions& options);

/// A pair of classes, positions in classes: y = -1 for the first, +1 for the second.
struct ClassPair {
  index_t first = 0;
  index_t second = 0;
};

/// (0, 1), (0, 2), ..., (1, 2), ...
std::vector<ClassPair> class_pairs(index_t classes);

/// The problem of a pair, on a matrix whose rows are in the order: C-SVC, or nu-SVC if options.nu
/// is positive. Throws std::invalid_argument if nu is too large for the pair.
SvmDual pair_dual(const char* where, const ClassOrder& order, ClassPair pair,
                  const SvcOptions& options);

/// The same problem in beta / margin.
SvmDual scaled_down(SvmDual dual, double margin);

/// The places in the order of the rows of a pair: those of the first class, then the second.
std::vector<index_t> pair_places(const ClassOrder& order, ClassPair pair);

/// The classes with the most votes; the smallest label among equals. decisions: m x pairs.
template <class T>
arma::ivec vote(const Mat<T>& decisions, const arma::ivec& classes);

}  // namespace mercer
