#include "data/csv_points.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/text_file.hpp"
#include "data/csv_fields.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer::detail {
namespace {

// The lines of one block, on one thread.
template <class T>
class BlockReader {
 public:
  BlockReader(const CsvPlan& plan, TextLines lines) : plan_(plan), lines_(std::move(lines)) {}

  // False after the last line. A line that is dropped leaves point and label as they may be.
  bool next_line() { return lines_.next_line(line_); }

  index_t filled() const { return filled_; }

  // False: the line is dropped.
  bool read(T* point, T& label) {
    CsvFields fields(lines_, line_, plan_.table.separator);
    bool is_kept = true;
    // The first word that is not known: right in a line that is dropped by a later field, since
    // only lines that are kept were asked for their words.
    index_t unknown = plan_.columns.size();
    std::string_view unknown_field;
    for (index_t k = 0; k < plan_.columns.size(); ++k) {
      const CsvColumn& column = plan_.columns[k];
      T* const place = column.is_target ? &label : point + column.feature;
      if (!column.is_words && fields.next_decimal(*place)) continue;
      std::string_view field;
      if (!fields.next(field)) require_columns(lines_, line_, plan_.table);
      if (plan_.drops_line(column, field)) {
        is_kept = false;
      } else if (column.is_words) {
        if (!read_word(k, field, place) && unknown == plan_.columns.size()) {
          unknown = k;
          unknown_field = field;
        }
      } else {
        read_value(k, field, *place);
      }
    }
    if (fields.more()) require_columns(lines_, line_, plan_.table);
    if (is_kept && unknown != plan_.columns.size()) refuse_word(unknown, unknown_field);
    return is_kept;
  }

 private:
  void read_value(index_t k, std::string_view field, T& value) {
    const char* fault = read_number(field, value);
    if (fault == nullptr) return;
    const CsvColumn& column = plan_.columns[k];
    if (column.fill && is_missing_or_nan(field)) {
      value = static_cast<T>(*column.fill);
      ++filled_;
      return;
    }
    refuse_missing(k, field, fault == not_a_number);
    refuse(k, field,
           std::string(", ") + fault +
               (fault == not_a_number ? "; encode categories as numbers first" : ""));
  }

  // False: the column has no such word.
  bool read_word(index_t k, std::string_view field, T* place) const {
    const CsvColumn& column = plan_.columns[k];
    const auto& words = column.words;
    const bool is_escaped = field.find('"') != std::string_view::npos;
    const auto found = is_escaped ? std::lower_bound(words.begin(), words.end(), unescaped(field))
                                  : std::lower_bound(words.begin(), words.end(), field);
    if (found == words.end() || *found != (is_escaped ? unescaped(field) : std::string(field))) {
      refuse_missing(k, field, is_missing_or_nan(field));
      return false;
    }
    const auto position = found - words.begin();
    if (column.is_target) {
      *place = static_cast<T>(position);
    } else {
      std::fill_n(place, words.size(), T(0));
      place[position] = 1;
    }
    return true;
  }

  [[noreturn]] void refuse_word(index_t k, std::string_view field) const {
    const CsvColumn& column = plan_.columns[k];
    refuse(k, field,
           std::string(", which is none of the ") +
               (column.is_target ? "classes " : "categories ") + list_names(column.words));
  }

  void refuse_missing(index_t k, std::string_view field, bool is_missing) const {
    if (!is_missing || !is_missing_or_nan(field)) return;
    if (!field.empty()) refuse(k, field, ": a missing value");
    require_columns(lines_, line_, plan_.table);
    lines_.refuse(plan_.table.describe(k) + " is empty: a missing value");
  }

  [[noreturn]] void refuse(index_t k, std::string_view field, const std::string& reason) const {
    require_columns(lines_, line_, plan_.table);
    lines_.refuse(plan_.table.describe(k) + " holds " + quoted(field) + reason);
  }

  const CsvPlan& plan_;
  TextLines lines_;
  std::string_view line_;
  index_t filled_ = 0;
};

}  // namespace

template <class T>
index_t read_csv_points(const TextBlocks& blocks, const CsvPlan& plan,
                        const std::vector<index_t>& firsts, int threads, Mat<T>& X, Col<T>& y) {
  const std::size_t team = team_size(blocks.block_count(), threads);
  std::vector<std::string> buffers(team);
  std::vector<std::vector<T>> dropped(team, std::vector<T>(X.n_rows));
  std::vector<index_t> filled(team, 0);
  parallel_for(blocks.block_count(), threads, [&](index_t block, int worker) {
    BlockReader<T> reader(plan, data_lines(blocks, block, plan.table, buffers[worker]));
    index_t i = firsts[block];
    const index_t end = firsts[block + 1];
    while (reader.next_line()) {
      // Behind the last point there can only be lines to drop: column end is another thread's.
      T label = 0;
      const bool is_kept = reader.read(i < end ? X.colptr(i) : dropped[worker].data(), label);
      if (!is_kept) continue;
      if (i == end) break;
      if (!y.is_empty()) y[i] = label;
      ++i;
    }
    if (i != end) throw ParseError(blocks.name(), 0, "the file changed while it was read");
    filled[worker] += reader.filled();
  });
  return std::accumulate(filled.begin(), filled.end(), index_t{0});
}

template <class T>
index_t fill_with_means(CsvPlan& plan, Mat<T>& X) {
  std::vector<double> sums(X.n_rows, 0);
  std::vector<index_t> counts(X.n_rows, 0);
  for (index_t i = 0; i < X.n_cols; ++i) {
    const T* point = X.colptr(i);
    for (index_t feature = 0; feature < X.n_rows; ++feature) {
      if (std::isnan(point[feature])) continue;
      sums[feature] += static_cast<double>(point[feature]);
      ++counts[feature];
    }
  }
  std::vector<T> means(X.n_rows, 0);
  for (index_t k = 0; k < plan.columns.size(); ++k) {
    CsvColumn& column = plan.columns[k];
    if (column.is_target || column.is_words) continue;
    const index_t count = counts[column.feature];
    const double mean = sums[column.feature] / static_cast<double>(count);
    if (count == 0 || !std::isfinite(mean)) {
      throw ParseError(plan.table.path, 0,
                       plan.table.describe(k) +
                           (count == 0 ? " has no value to take the mean of"
                                       : " has values whose sum is out of the range of double"));
    }
    column.fill = mean;
    means[column.feature] = static_cast<T>(mean);
  }
  index_t filled = 0;
  for (index_t i = 0; i < X.n_cols; ++i) {
    T* point = X.colptr(i);
    for (index_t feature = 0; feature < X.n_rows; ++feature) {
      if (!std::isnan(point[feature])) continue;
      point[feature] = means[feature];
      ++filled;
    }
  }
  return filled;
}

template index_t read_csv_points(const TextBlocks&, const CsvPlan&, const std::vector<index_t>&,
                                 int, Mat<double>&, Col<double>&);
template index_t read_csv_points(const TextBlocks&, const CsvPlan&, const std::vector<index_t>&,
                                 int, Mat<float>&, Col<float>&);
template index_t fill_with_means(CsvPlan&, Mat<double>&);
template index_t fill_with_means(CsvPlan&, Mat<float>&);

}  // namespace mercer::detail
