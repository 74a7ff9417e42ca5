#include "mercer/selection/search_table.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <set>
#include <sstream>
#include <stdexcept>

#include "mercer/core/check.hpp"
#include "mercer/core/write_file.hpp"
#include "mercer/data/save_csv.hpp"

namespace mercer {
namespace {

std::string text_of(const Parameter& parameter) {
  const double* number = std::get_if<double>(&parameter.value);
  return number != nullptr ? shortest(*number) : std::get<std::string>(parameter.value);
}

const Parameter* find(const Parameters& parameters, std::string_view name) {
  for (const Parameter& own : parameters.all()) {
    if (own.name == name) return &own;
  }
  return nullptr;
}

// Names in the order in which they first come.
std::vector<std::string> names_of(const SearchTable& table) {
  std::vector<std::string> names;
  for (const SearchRow& row : table.rows) {
    for (const Parameter& own : row.parameters.all()) {
      if (std::find(names.begin(), names.end(), own.name) == names.end()) names.push_back(own.name);
    }
  }
  return names;
}

std::vector<index_t> ranked(const SearchTable& table) {
  std::vector<index_t> order;
  for (index_t r = 0; r < table.rows.size(); ++r) order.push_back(r);
  std::stable_sort(order.begin(), order.end(), [&](index_t a, index_t b) {
    return table.rows[a].rank - 1 < table.rows[b].rank - 1;  // 0 comes last
  });
  return order;
}

std::string four_digits(double value) {
  std::ostringstream out;
  out << std::setprecision(4) << value;
  return out.str();
}

// The values of a parameter, each once.
std::vector<Parameter> values_of(const SearchTable& table, std::string_view name) {
  std::vector<Parameter> out;
  for (const SearchRow& row : table.rows) {
    const Parameter* own = find(row.parameters, name);
    if (own != nullptr && std::find(out.begin(), out.end(), *own) == out.end()) {
      out.push_back(*own);
    }
  }
  if (out.empty()) {
    throw std::invalid_argument("surface: no row has a parameter " + std::string(name));
  }
  std::stable_sort(out.begin(), out.end(), [](const Parameter& a, const Parameter& b) {
    const double* x = std::get_if<double>(&a.value);
    const double* y = std::get_if<double>(&b.value);
    return x != nullptr && y != nullptr && *x < *y;
  });
  return out;
}

std::vector<std::string> texts_of(const std::vector<Parameter>& values) {
  std::vector<std::string> out;
  for (const Parameter& value : values) out.push_back(text_of(value));
  return out;
}

}  // namespace

std::string SearchTable::csv() const {
  const std::vector<std::string> names = names_of(*this);
  index_t folds = 0;
  for (const SearchRow& row : rows) folds = std::max<index_t>(folds, row.folds.n_elem);
  std::string out = "rank";
  for (const std::string& name : names) out += ',' + name;
  out += ',' + csv_field(score) + ",standard_deviation";
  for (index_t i = 0; i < folds; ++i) out += ",fold_" + std::to_string(i + 1);
  out += ",seconds,training_rows,round,status,message\n";
  for (const SearchRow& row : rows) {
    out += std::to_string(row.rank);
    for (const std::string& name : names) {
      const Parameter* own = find(row.parameters, name);
      out += ',' + (own == nullptr ? "" : csv_field(text_of(*own)));
    }
    out += ',' + shortest(row.mean) + ',' + shortest(row.standard_deviation);
    for (index_t i = 0; i < folds; ++i) out += ',' + shortest(row.folds(i));
    out += ',' + shortest(row.seconds) + ',' + std::to_string(row.training_rows) + ',' +
           std::to_string(row.round) + ',' + row.status + ',' + csv_field(row.message) + '\n';
  }
  return out;
}

void SearchTable::save_csv(const std::string& path) const {
  write_file(path, [&](std::ostream& out) { out << csv(); });
}

std::string SearchTable::text(index_t count) const {
  std::vector<std::vector<std::string>> lines = {
      {"rank", score, "+-", "seconds", "status", "parameters"}};
  for (const index_t r : ranked(*this)) {
    if (lines.size() > count) break;
    const SearchRow& row = rows[r];
    if (row.status == "not run") continue;
    lines.push_back({row.rank == 0 ? "-" : std::to_string(row.rank), four_digits(row.mean),
                     four_digits(row.standard_deviation), four_digits(row.seconds), row.status,
                     row.parameters.expression()});
  }
  std::vector<std::size_t> width(lines[0].size());
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) width[c] = std::max(width[c], line[c].size());
  }
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t c = 0; c + 1 < line.size(); ++c) {
      out += line[c] + std::string(width[c] - line[c].size() + 2, ' ');
    }
    out += line.back() + '\n';
  }
  return out;
}

SearchSurface surface(const SearchTable& table, std::string_view first, std::string_view second) {
  const std::vector<Parameter> rows = values_of(table, first), columns = values_of(table, second);
  SearchSurface out{texts_of(rows), texts_of(columns),
                    Mat<double>(rows.size(), columns.size(), arma::fill::value(arma::datum::nan))};
  for (const SearchRow& row : table.rows) {
    const Parameter* a = find(row.parameters, first);
    const Parameter* b = find(row.parameters, second);
    if (a == nullptr || b == nullptr || row.rank == 0) continue;
    const auto i = std::find(rows.begin(), rows.end(), *a) - rows.begin();
    const auto j = std::find(columns.begin(), columns.end(), *b) - columns.begin();
    double& best = out.mean(static_cast<index_t>(i), static_cast<index_t>(j));
    const bool is_better = table.larger_is_better ? row.mean > best : row.mean < best;
    if (std::isnan(best) || is_better) best = row.mean;
  }
  return out;
}

}  // namespace mercer
