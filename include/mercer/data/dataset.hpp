// A data set in memory: points, targets and their names.
#pragma once

#include <string>
#include <vector>

#include "mercer/core/types.hpp"
#include "mercer/data/table_layout.hpp"

namespace mercer {

template <class T>
struct Dataset {
  Mat<T> X = {};                                // d x n, one column per point
  Col<T> y = {};                                // n, or empty if there is no target
  std::vector<std::string> feature_names = {};  // d, or empty if the file names none
  std::string target_name = {};
  TableLayout layout = {};    // of the table that the points come from
  index_t dropped_rows = 0;   // lines of the table left out for a missing value
  index_t filled_values = 0;  // missing values that got the mean of their column
};

template <class T>
struct SparseDataset {
  arma::SpMat<T> X = {};  // d x n, one column per point
  Col<T> y = {};          // n
};

/// The data set of the given points, in the given order; an index may come more than once.
/// Throws std::invalid_argument if an index is not below n, or y has neither 0 nor n rows.
template <class T>
Dataset<T> take(const Dataset<T>& data, const arma::uvec& points);
template <class T>
SparseDataset<T> take(const SparseDataset<T>& data, const arma::uvec& points);

/// The labels y as integer class codes. Throws std::invalid_argument if y is empty or a label is
/// no integer that T tells from its neighbours: "class_codes: y(2) is 1.5, not an integer".
template <class T>
arma::ivec class_codes(const Col<T>& y);

}  // namespace mercer
