// Weights of rows, and means with them.
#pragma once

#include <string>

#include "mercer/core/types.hpp"

namespace mercer {

/// The weights in full: n ones if none are given. Throws std::invalid_argument in the name of
/// `where` unless there are n of them, finite, at least 0, and not all 0.
Col<double> row_weights(const std::string& where, const Col<double>& weights, index_t n);

/// sum_i w_i y_i / sum_i w_i of each column of Y (n x t).
template <class T>
arma::rowvec weighted_means(const Mat<T>& Y, const Col<double>& w);

}  // namespace mercer
