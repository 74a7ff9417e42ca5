#include "mercer/data/save_csv.hpp"

#include <cmath>
#include <stdexcept>

#include "core/text_file.hpp"
#include "data/text_writer.hpp"
#include "mercer/core/check.hpp"
#include "mercer/core/write_output.hpp"

namespace mercer {
namespace {

using detail::TextWriter;

std::vector<std::string> fields_of(const std::vector<std::string>& names) {
  std::vector<std::string> fields;
  for (const std::string& name : names) fields.push_back(csv_field(name));
  return fields;
}

void add_line(TextWriter& out, const std::vector<std::string>& fields) {
  for (std::size_t k = 0; k < fields.size(); ++k) {
    if (k > 0) out.add(',');
    out.add(fields[k]);
  }
  out.end_line();
}

// The names of the classes y holds the positions of; empty if y holds numbers.
template <class T>
std::vector<std::string> class_fields(const Dataset<T>& data) {
  const auto fields = fields_of(data.layout.class_names);
  for (index_t i = 0; !fields.empty() && i < data.y.n_rows; ++i) {
    const auto code = static_cast<double>(data.y[i]);
    if (code >= 0 && code < static_cast<double>(fields.size()) && code == std::floor(code))
      continue;
    throw std::invalid_argument("save_csv: y(" + std::to_string(i) + ") must be one of " +
                                std::to_string(fields.size()) + " classes, is " + shortest(code));
  }
  return fields;
}

}  // namespace

std::string csv_field(const std::string& word) {
  if (word.find_first_of("\r\n") != std::string::npos) {
    throw std::invalid_argument("save_csv: the name " + detail::quoted(word) +
                                " must not hold a line end");
  }
  // Separators of all kinds: load_csv looks for them in line 1.
  if (word.find_first_of(",;\t \"") == std::string::npos) return word;
  std::string field = "\"";
  for (const char c : word) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + "\"";
}

template <class T>
void save_csv(const std::string& path, const Dataset<T>& data) {
  require_points("save_csv", "X", data.X);
  const bool has_target = !data.y.is_empty();
  if (has_target) require_rows("save_csv", "y", data.y.n_rows, data.X.n_cols, "one per point");
  std::vector<std::string> names = fields_of(data.feature_names);
  if (!names.empty() && names.size() != data.X.n_rows) {
    throw std::invalid_argument("save_csv: feature_names must have " +
                                std::to_string(data.X.n_rows) + " names (one per feature), has " +
                                std::to_string(names.size()));
  }
  if (!names.empty() && has_target) {
    names.push_back(data.target_name.empty() ? "target" : csv_field(data.target_name));
  }
  const std::vector<std::string> classes = class_fields(data);
  write_output(path, [&](std::ostream& stream) {
    TextWriter out(stream);
    if (!names.empty()) add_line(out, names);
    for (index_t i = 0; i < data.X.n_cols; ++i) {
      const T* const point = data.X.colptr(i);
      for (index_t k = 0; k < data.X.n_rows; ++k) {
        if (k > 0) out.add(',');
        out.add_number(point[k]);
      }
      if (has_target) {
        out.add(',');
        classes.empty() ? out.add_number(data.y[i])
                        : out.add(classes[static_cast<std::size_t>(data.y[i])]);
      }
      out.end_line();
    }
  });
}

template <class T>
void save_csv(const std::string& path, const Mat<T>& M, const std::vector<std::string>& names) {
  if (M.is_empty()) throw std::invalid_argument("save_csv: M has no elements");
  if (!names.empty() && names.size() != M.n_cols) {
    throw std::invalid_argument("save_csv: there must be " + std::to_string(M.n_cols) +
                                " names (one per column of M), there are " +
                                std::to_string(names.size()));
  }
  const auto fields = fields_of(names);
  write_output(path, [&](std::ostream& stream) {
    TextWriter out(stream);
    if (!fields.empty()) add_line(out, fields);
    for (index_t i = 0; i < M.n_rows; ++i) {
      for (index_t j = 0; j < M.n_cols; ++j) {
        if (j > 0) out.add(',');
        out.add_number(M.at(i, j));
      }
      out.end_line();
    }
  });
}

template void save_csv(const std::string&, const Dataset<double>&);
template void save_csv(const std::string&, const Dataset<float>&);
template void save_csv(const std::string&, const Mat<double>&, const std::vector<std::string>&);
template void save_csv(const std::string&, const Mat<float>&, const std::vector<std::string>&);

}  // namespace mercer
