// The points and labels of a CSV file.
#pragma once

#include <vector>

#include "core/text_blocks.hpp"
#include "data/csv_columns.hpp"

namespace mercer::detail {

/// Fills X (d x n) and y (n, or empty), block by block. firsts: see survey_csv. How many missing
/// values got the fill of their column. Throws ParseError.
template <class T>
index_t read_csv_points(const TextBlocks& blocks, const CsvPlan& plan,
                        const std::vector<index_t>& firsts, int threads, Mat<T>& X, Col<T>& y);

/// Gives each column of numbers its mean over the values that are not NaN as its fill, and puts it
/// in the place of those that are, and says how many. Throws ParseError if there is no value, or
/// the mean is infinite.
template <class T>
index_t fill_with_means(CsvPlan& plan, Mat<T>& X);

}  // namespace mercer::detail
