#include "data/load_csv.hpp"

#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/text_blocks.hpp"
#include "core/text_file.hpp"
#include "data/csv_columns.hpp"
#include "data/csv_points.hpp"
#include "data/csv_survey.hpp"
#include "data/csv_table.hpp"

namespace mercer {
namespace detail {
namespace {

void require_options(const CsvOptions& options) {
  if (!options.target.empty() && options.target_column) {
    throw std::invalid_argument("load_csv: target and target_column are both given, one is needed");
  }
  if (!options.one_hot.empty() && options.layout) {
    throw std::invalid_argument(
        "load_csv: one_hot and layout are both given; the layout has its categories");
  }
  if (options.separator != 0 &&
      std::string_view("+-.0123456789eE\"\r\n").find(options.separator) != std::string_view::npos) {
    throw std::invalid_argument(
        "load_csv: separator must not be part of a number, a quote or a "
        "line end, is " +
        quoted({&options.separator, 1}));
  }
}

// An empty field and its separator take a byte. So no line can ask for a matrix that the file is
// too small for: that file has a line with too few fields.
void require_bytes(const TextBlocks& blocks, const CsvPlan& plan) {
  if (blocks.line_count() <= (blocks.byte_count() + 1) / plan.table.columns) return;
  std::string buffer;
  for (index_t block = 0; block < blocks.block_count(); ++block) {
    TextLines lines = data_lines(blocks, block, plan.table, buffer);
    for (std::string_view line; lines.next_line(line);) require_columns(lines, line, plan.table);
  }
}

}  // namespace

template <class T>
Dataset<T> read_csv(const ByteSource& source, const CsvOptions& options) {
  require_options(options);
  const TextBlocks blocks(source, options.threads);
  const CsvTable table = read_csv_table(blocks, options);
  CsvPlan plan = plan_csv(table, options);
  if (table.has_header() && blocks.line_count() == 1) {
    table.refuse("there are no data after the header line");
  }
  const bool has_target = plan.target != no_column;
  if (has_target && !options.layout) {
    plan.columns[plan.target].is_words = first_label_is_word(blocks, plan);
  }
  const std::vector<index_t> firsts = survey_csv(blocks, plan, options.threads);
  require_bytes(blocks, plan);

  Dataset<T> data;
  data.X.set_size(place_features(plan), firsts.back());
  if (has_target) data.y.set_size(firsts.back());
  const bool find_means = options.missing == CsvOptions::Missing::mean && !options.layout;
  for (CsvColumn& column : plan.columns) {
    if (find_means && !column.is_target && !column.is_words)
      column.fill = std::numeric_limits<double>::quiet_NaN();
  }
  data.filled_values = read_csv_points(blocks, plan, firsts, options.threads, data.X, data.y);
  if (find_means) data.filled_values = fill_with_means(plan, data.X);

  data.dropped_rows = blocks.line_count() - (table.has_header() ? 1 : 0) - firsts.back();
  data.layout = options.layout ? *options.layout : layout_of(plan);
  data.feature_names = feature_names(data.layout);
  if (has_target && table.has_header()) data.target_name = table.names[plan.target];
  return data;
}

template Dataset<double> read_csv(const ByteSource&, const CsvOptions&);
template Dataset<float> read_csv(const ByteSource&, const CsvOptions&);

}  // namespace detail

template <class T>
Dataset<T> load_csv(const std::string& path, const CsvOptions& options) {
  return detail::read_csv<T>(detail::ByteSource(path), options);
}

template Dataset<double> load_csv(const std::string&, const CsvOptions&);
template Dataset<float> load_csv(const std::string&, const CsvOptions&);

}  // namespace mercer
