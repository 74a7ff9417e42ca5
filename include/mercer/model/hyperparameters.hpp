// How the parameters of a kernel are chosen: by ascent of a likelihood, or by a rule of thumb.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "mercer/core/types.hpp"

namespace mercer {

/// Of the ascent of a marginal likelihood over theta, logarithms of positive parameters, by L-BFGS
/// with bounds.
struct HyperparameterOptions {
  double range = 1e5;              // each stays within [start / range, start * range], > 1
  std::vector<double> lower = {};  // or within these bounds, one per value of theta, logarithms;
  std::vector<double> upper = {};  // empty: by range
  index_t restarts = 0;            // further starts, each up to a factor of 100 from the first one
  std::uint64_t seed = 0;          // of the restarts
  double tolerance = 1e-3;         // largest derivative in theta at the end of an ascent
  index_t max_evaluations = 1000;  // of the likelihood, over all starts
  double time_limit = std::numeric_limits<double>::infinity();  // seconds; leaves the best so far
};

/// The median of the distances ||x_i - x_j||, i < j, as a length scale: of all pairs of at most
/// `points` points, drawn with the seed if there are more. The mean of the two middle ones of an
/// even number; 0 if half of the pairs are equal. X: d x n.
/// Throws std::invalid_argument if X has less than two points, or holds NaN or infinities.
template <class T>
double median_distance(const Mat<T>& X, index_t points = 1000, std::uint64_t seed = 0);

/// 1 / (d var), var that of all values of X: gamma of Rbf for features of one scale; the rule
/// "scale" of scikit-learn. Throws std::invalid_argument if X is empty, constant, or holds NaN or
/// infinities.
template <class T>
double scale_gamma(const Mat<T>& X);

}  // namespace mercer
