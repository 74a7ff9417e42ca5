// Two-class problems out of several classes.
#pragma once

#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/model/svc.hpp"

namespace mercer {

/// One two-class problem: y = -1 for the smaller label, +1 for the larger.
struct PairProblem {
  index_t first = 0;  // positions in classes()
  index_t second = 0;
  std::vector<index_t> rows;  // of the training set: those of the first class, then the second
  Col<double> y;
  Col<double> C;
};

/// Checks labels, weights and class weights, and gives the problem of each pair in the order (0,
/// 1), (0, 2), ..., (1, 2), ... of classes (ascending). Messages begin with where.
std::vector<PairProblem> make_pairs(const char* where, const arma::ivec& labels,
                                    const Col<double>& weights, const SvcOptions& options,
                                    const arma::ivec& classes);

/// The classes with the most votes; the smallest label among equals. decisions: m x pairs.
template <class T>
arma::ivec vote(const Mat<T>& decisions, const arma::ivec& classes);

}  // namespace mercer
