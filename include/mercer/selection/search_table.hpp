// What a search has found: a row for each candidate.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mercer/core/report.hpp"
#include "mercer/core/types.hpp"
#include "mercer/selection/search_space.hpp"

namespace mercer {

/// Cross-validation of one candidate; of successive halving, in the last round that it was in.
struct SearchRow {
  Parameters parameters;
  Col<double> folds;              // score of each fold; NaN where it is not complete
  double mean = 0;                // NaN if a fold is
  double standard_deviation = 0;  // of the folds, by count - 1
  double seconds = 0;             // of its fits and predictions; without shared kernel values
  index_t training_rows = 0;      // that folds train on, held out ones included
  index_t round = 0;
  index_t rank = 0;    // 1: the best; 0: not complete
  std::string status;  // of the fits, see to_string(Status), the worst; or "failed", "not run"
  std::string message = {};
};

struct SearchTable {
  std::string score;  // its name
  bool larger_is_better = true;
  std::vector<SearchRow> rows = {};  // in the order of the candidates
  std::optional<index_t> best = {};  // its row; none if no row is complete
  Report report = {};

  /// A line for each row, with a column for each parameter that one of them has.
  std::string csv() const;

  /// csv() in a file, as write_file writes it.
  void save_csv(const std::string& path) const;

  /// The best rows for people to read, in columns, best first; those that were run.
  std::string text(index_t count = 10) const;
};

/// A table over two of the parameters: the best mean over all others.
struct SearchSurface {
  std::vector<std::string> rows;     // values of the first; numbers ascending, texts as they come
  std::vector<std::string> columns;  // of the second
  Mat<double> mean;                  // NaN where no row is complete
};

/// Throws std::invalid_argument if no row has a parameter of the name.
SearchSurface surface(const SearchTable& table, std::string_view first, std::string_view second);

}  // namespace mercer
