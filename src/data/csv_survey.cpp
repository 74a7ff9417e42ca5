#include "data/csv_survey.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "core/text_file.hpp"
#include "data/csv_fields.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/core/parallel.hpp"

namespace mercer::detail {
namespace {

// A column of names or numbers, taken for categories by mistake, would make as many features as
// there are points.
constexpr std::size_t most_categories = 1000;

using Words = std::set<std::string, std::less<>>;

/// What a block tells.
struct Survey {
  std::vector<Words> words;  // of each column that is to be looked at
  index_t kept = 0;          // lines
};

class Surveyor {
 public:
  Surveyor(const CsvPlan& plan, bool find_words) : plan_(plan) {
    for (index_t k = 0; find_words && k < plan.columns.size(); ++k) {
      if (plan.columns[k].is_words) word_columns_.push_back(k);
    }
  }

  const std::vector<index_t>& word_columns() const { return word_columns_; }

  Survey survey(TextLines lines) const {
    Survey found;
    found.words.resize(word_columns_.size());
    std::vector<std::string_view> fields(plan_.columns.size());
    for (std::string_view line; lines.next_line(line);) {
      if (!read_line(lines, line, fields)) continue;
      ++found.kept;
      for (index_t k = 0; k < word_columns_.size(); ++k) {
        add(lines, word_columns_[k], fields[word_columns_[k]], found.words[k]);
      }
    }
    return found;
  }

  void require_few(const TextLines& lines, index_t column, const Words& words) const {
    if (plan_.columns[column].is_target || words.size() <= most_categories) return;
    lines.refuse(plan_.table.describe(column) + " has more than " +
                 std::to_string(most_categories) + " categories");
  }

 private:
  // False: the line is dropped.
  bool read_line(const TextLines& lines, std::string_view line,
                 std::vector<std::string_view>& fields) const {
    CsvFields rest(lines, line, plan_.table.separator);
    bool is_kept = true;
    for (index_t k = 0; k < fields.size(); ++k) {
      if (!rest.next(fields[k])) require_columns(lines, line, plan_.table);
      if (plan_.drops_line(plan_.columns[k], fields[k])) is_kept = false;
    }
    if (rest.more()) require_columns(lines, line, plan_.table);
    return is_kept;
  }

  void add(const TextLines& lines, index_t column, std::string_view field, Words& words) const {
    if (is_missing_or_nan(field) || words.contains(field)) return;
    double number = 0;
    if (plan_.columns[column].is_target && read_number(field, number) == nullptr) {
      lines.refuse(plan_.table.describe(column) + " holds " + quoted(field) +
                   ", a number among labels that are words");
    }
    words.insert(unescaped(field));
    require_few(lines, column, words);
  }

  const CsvPlan& plan_;
  std::vector<index_t> word_columns_;
};

}  // namespace

bool first_label_is_word(const TextBlocks& blocks, const CsvPlan& plan) {
  std::string buffer;
  std::string_view line;
  std::string_view field;
  double number = 0;
  for (index_t block = 0; block < blocks.block_count(); ++block) {
    TextLines lines = data_lines(blocks, block, plan.table, buffer);
    while (lines.next_line(line)) {
      CsvFields fields(lines, line, plan.table.separator);
      for (index_t k = 0; k <= plan.target; ++k) {
        if (!fields.next(field)) return false;  // the reader will refuse the line
      }
      if (!is_missing_or_nan(field)) return read_number(field, number) == not_a_number;
    }
  }
  return false;
}

std::vector<index_t> survey_csv(const TextBlocks& blocks, CsvPlan& plan, int threads) {
  const auto lacks_words = [](const CsvColumn& column) {
    return column.is_words && column.words.empty();
  };
  const bool find_words = std::any_of(plan.columns.begin(), plan.columns.end(), lacks_words);
  const index_t count = blocks.block_count();
  std::vector<index_t> firsts(count + 1, 0);
  if (!find_words && plan.missing != CsvOptions::Missing::drop) {
    for (index_t block = 0; block < count; ++block) {
      const bool has_header = block == 0 && plan.table.has_header();
      firsts[block + 1] = firsts[block] + blocks.line_count(block) - (has_header ? 1 : 0);
    }
    return firsts;
  }

  const Surveyor surveyor(plan, find_words);
  std::vector<Survey> surveys(count);
  std::vector<std::string> buffers(team_size(count, threads));
  parallel_for(count, threads, [&](index_t block, int worker) {
    surveys[block] = surveyor.survey(data_lines(blocks, block, plan.table, buffers[worker]));
  });
  for (index_t block = 0; block < count; ++block) {
    firsts[block + 1] = firsts[block] + surveys[block].kept;
  }
  if (firsts.back() == 0) {
    throw ParseError(blocks.name(), 0, "every line has a missing value, none is left");
  }
  for (index_t k = 0; k < surveyor.word_columns().size(); ++k) {
    const index_t column = surveyor.word_columns()[k];
    Words words;
    for (Survey& survey : surveys) words.merge(survey.words[k]);
    surveyor.require_few(TextLines(blocks.name(), {}, 1), column, words);
    if (words.empty()) {
      throw ParseError(blocks.name(), 0, plan.table.describe(column) + " has missing values only");
    }
    plan.columns[column].words.assign(words.begin(), words.end());
  }
  return firsts;
}

}  // namespace mercer::detail
