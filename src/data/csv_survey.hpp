// What must be known of all lines of a CSV file before its points have a place.
#pragma once

#include <vector>

#include "core/text_blocks.hpp"
#include "data/csv_columns.hpp"

namespace mercer::detail {

/// Whether the target's labels are words: its first label that is not missing is one.
bool first_label_is_word(const TextBlocks& blocks, const CsvPlan& plan);

/// The first point of each block, and behind the last one the number of points.
///
/// Finds the words of the plan's columns that have none yet, in the lines that are not dropped. The
/// lines are read only if there are words to find or lines to drop. Throws ParseError.
std::vector<index_t> survey_csv(const TextBlocks& blocks, CsvPlan& plan, int threads);

}  // namespace mercer::detail
