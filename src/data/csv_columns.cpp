#include "data/csv_columns.hpp"

#include <algorithm>
#include <map>

#include "core/text_file.hpp"
#include "data/csv_fields.hpp"

namespace mercer::detail {
namespace {

index_t find_target(const CsvTable& table, const CsvOptions& options) {
  if (options.target_column) {
    if (*options.target_column < table.columns) return *options.target_column;
    table.refuse("there is no column " + std::to_string(*options.target_column + 1) +
                 " to be the target, there are " + std::to_string(table.columns));
  }
  if (!options.target.empty()) {
    const bool there = table.has_header() && table.find(options.target) != no_column;
    if (!there && options.target_is_optional) return no_column;
    if (!table.has_header()) {
      table.refuse("there is no header line to find the target " + quoted(options.target) +
                   " in; give target_column");
    }
    const index_t found = table.find(options.target);
    if (found == no_column) {
      table.refuse("no column is named " + quoted(options.target) + "; the columns are " +
                   list_names(table.names));
    }
    return found;
  }
  if (options.layout && !options.layout->target_name.empty()) {
    return table.find(options.layout->target_name);
  }
  return no_column;
}

index_t find_category_column(const CsvTable& table, const std::string& name) {
  index_t position = no_column;
  if (table.has_header()) {
    position = table.find(name);
    if (position != no_column) return position;
    table.refuse("no column is named " + quoted(name) + ", which is to hold categories; the " +
                 "columns are " + list_names(table.names));
  }
  if (!read_index(name, position) || position >= table.columns) {
    table.refuse("there is no column at position " + quoted(name) +
                 ", which is to hold categories; without a header line, positions are 0 to " +
                 std::to_string(table.columns - 1));
  }
  return position;
}

// Every column but the target has its place, in the order of the file.
void place_in_order(CsvPlan& plan) {
  index_t place = 0;
  for (CsvColumn& column : plan.columns) {
    if (!column.is_target) column.place = place++;
  }
}

std::vector<std::string> names_without_target(const CsvPlan& plan) {
  std::vector<std::string> names;
  for (index_t k = 0; k < plan.table.names.size(); ++k) {
    if (k != plan.target) names.push_back(plan.table.names[k]);
  }
  return names;
}

// Positions by name. A name that is there twice would be a guess.
std::map<std::string_view, index_t> positions_of(const CsvTable& table,
                                                 const std::vector<std::string>& names) {
  std::map<std::string_view, index_t> positions;
  for (index_t k = 0; k < names.size(); ++k) {
    if (positions.emplace(names[k], k).second) continue;
    table.refuse("more than one column is named " + quoted(names[k]));
  }
  return positions;
}

void place_by_name(CsvPlan& plan, const std::vector<std::string>& layout_names) {
  const CsvTable& table = plan.table;
  const auto positions = positions_of(table, table.names);
  const auto places = positions_of(table, layout_names);
  for (index_t k = 0; k < table.columns; ++k) {
    if (k == plan.target) continue;
    const auto found = places.find(table.names[k]);
    if (found == places.end()) {
      table.refuse(table.describe(k) + " is not of the training table, whose columns are " +
                   list_names(layout_names));
    }
    plan.columns[k].place = found->second;
  }
  for (const std::string& name : layout_names) {
    const auto found = positions.find(name);
    if (found != positions.end() && found->second != plan.target) continue;
    table.refuse("no column is named " + quoted(name) +
                 ", as one of the training table; the columns are " +
                 list_names(names_without_target(plan)));
  }
}

// Finds the columns of the layout in the table.
void follow_layout(CsvPlan& plan, const TableLayout& layout) {
  std::vector<std::string> layout_names;
  for (const TableColumn& column : layout.columns) layout_names.push_back(column.name);
  const bool has_names = std::any_of(layout_names.begin(), layout_names.end(),
                                     [](const std::string& name) { return !name.empty(); });
  place_in_order(plan);
  if (plan.table.has_header() && has_names && names_without_target(plan) != layout_names) {
    place_by_name(plan, layout_names);
  }
  const index_t found = plan.table.columns - (plan.target == no_column ? 0 : 1);
  if (found != layout.columns.size()) {
    plan.table.refuse("expected " + std::to_string(layout.columns.size()) +
                      " columns beside the target, as in the training table, found " +
                      std::to_string(found));
  }
  for (CsvColumn& column : plan.columns) {
    if (column.is_target) continue;
    const TableColumn& kept = layout.columns[column.place];
    column.words = kept.categories;
    column.is_words = !kept.categories.empty();
    column.fill = kept.mean;
  }
  if (plan.target != no_column) {
    plan.columns[plan.target].words = layout.class_names;
    plan.columns[plan.target].is_words = !layout.class_names.empty();
  }
}

}  // namespace

bool CsvPlan::drops_line(const CsvColumn& column, std::string_view field) const {
  return missing == CsvOptions::Missing::drop && !column.fill && is_missing_or_nan(field);
}

CsvPlan plan_csv(const CsvTable& table, const CsvOptions& options) {
  CsvPlan plan;
  plan.table = table;
  plan.missing = options.missing;
  plan.columns.resize(table.columns);
  plan.target = find_target(table, options);
  if (plan.target != no_column) plan.columns[plan.target].is_target = true;
  if (table.columns == 1 && plan.target == 0) {
    table.refuse("the target is the only column, there are no features");
  }
  if (options.layout) {
    follow_layout(plan, *options.layout);
    return plan;
  }
  place_in_order(plan);
  for (const std::string& name : options.one_hot) {
    CsvColumn& column = plan.columns[find_category_column(table, name)];
    if (column.is_target) {
      table.refuse("the target " + quoted(name) + " cannot be a column of categories too");
    }
    column.is_words = true;
  }
  return plan;
}

index_t place_features(CsvPlan& plan) {
  std::vector<CsvColumn*> by_place;
  for (CsvColumn& column : plan.columns) {
    if (!column.is_target) by_place.push_back(&column);
  }
  std::sort(by_place.begin(), by_place.end(),
            [](const CsvColumn* a, const CsvColumn* b) { return a->place < b->place; });
  index_t feature = 0;
  for (CsvColumn* column : by_place) {
    column->feature = feature;
    feature += column->is_words ? column->words.size() : 1;
  }
  return feature;
}

TableLayout layout_of(const CsvPlan& plan) {
  TableLayout layout;
  layout.columns.resize(plan.table.columns - (plan.target == no_column ? 0 : 1));
  for (index_t k = 0; k < plan.table.columns; ++k) {
    const CsvColumn& column = plan.columns[k];
    const std::string name = plan.table.has_header() ? plan.table.names[k] : "";
    if (column.is_target) {
      layout.target_name = name;
      layout.class_names = column.words;
    } else {
      layout.columns[column.place] = {name, column.words, column.fill};
    }
  }
  return layout;
}

std::vector<std::string> feature_names(const TableLayout& layout) {
  std::vector<std::string> names;
  bool has_names = false;
  for (const TableColumn& column : layout.columns) {
    has_names = has_names || !column.name.empty();
    if (column.categories.empty()) names.push_back(column.name);
    for (const std::string& category : column.categories) {
      names.push_back(column.name + "=" + category);
    }
  }
  if (!has_names) names.clear();
  return names;
}

}  // namespace mercer::detail
