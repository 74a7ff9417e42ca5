#include "cli/describe.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/quality.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/data/load_hdf5.hpp"
#include "mercer/data/load_npy.hpp"
#include "mercer/image/image_file.hpp"

namespace mercer::cli {
namespace {

using Json = nlohmann::ordered_json;

// More distinct values than these are no classes.
constexpr std::size_t most_classes = 100;

template <class Values>
void add_range(Json& out, const Values& values) {
  out["minimum"] = values.min();
  out["maximum"] = values.max();
  out["mean"] = arma::mean(arma::vectorise(values));
}

// The distinct values and how often each occurs; empty if they are more than most_classes or not
// all of them integers.
template <class Values>
std::map<double, index_t> classes_in(const Values& values) {
  std::map<double, index_t> counts;
  for (const double value : values) {
    if (value != std::floor(value)) return {};
    ++counts[value];
    if (counts.size() > most_classes) return {};
  }
  return counts;
}

std::string column_name(const Dataset<double>& data, index_t k) {
  return k < data.feature_names.size() ? data.feature_names[k] : std::to_string(k + 1);
}

Json describe_target(const Dataset<double>& data) {
  Json out;
  if (!data.target_name.empty()) out["name"] = data.target_name;
  const std::map<double, index_t> counts = classes_in(data.y);
  if (counts.size() < 2) {
    add_range(out, data.y);
    return out;
  }
  for (const auto& [value, count] : counts) {
    const auto code = static_cast<index_t>(value);
    const auto& names = data.layout.class_names;
    out["classes"].push_back(
        {{"name", value >= 0 && code < names.size() ? names[code] : brief(value)},
         {"rows", count}});
  }
  return out;
}

}  // namespace

nlohmann::ordered_json describe_image(const std::string& path) {
  const ImageInfo info = image_info(path);
  Json out;
  out["kind"] = "image";
  out["rows"] = info.rows;
  out["columns"] = info.cols;
  out["planes"] = info.planes;
  out["bits"] = info.bits;
  const arma::cube image = load_image<double>(path);
  for (index_t k = 0; k < image.n_slices; ++k) {
    Json plane;
    add_range(plane, image.slice(k));
    out["values"].push_back(plane);
  }
  return out;
}

nlohmann::ordered_json describe_array(const std::string& path) {
  const NpyArray array = npy_array(path);
  Json out;
  out["kind"] = "array";
  out["type"] = array.type;
  out["fortran_order"] = array.fortran_order;
  out["shape"] = array.shape;
  try {
    if (array.shape.size() <= 2) {
      add_range(out, load_npy<double>(path));
    } else {
      add_range(out, load_image<double>(path));
    }
  } catch (const ParseError& error) {  // the array is one, but no points or image
    out["values"] = error.what();
  }
  return out;
}

nlohmann::ordered_json describe_hdf5(const std::string& path) {
  Json out;
  out["kind"] = "hdf5";
  out["arrays"] = Json::array();
  for (const Hdf5Array& array : hdf5_arrays(path)) {
    out["arrays"].push_back({{"name", array.name}, {"type", array.type}, {"shape", array.shape}});
  }
  return out;
}

nlohmann::ordered_json describe_table(const DataOptions& options) {
  DataOptions lenient = options;
  lenient.missing = CsvOptions::Missing::drop;
  const Dataset<double> data = lenient.load(false);
  Json out;
  out["kind"] = "table";
  out["rows"] = data.X.n_cols + data.dropped_rows;
  out["rows_with_missing_values"] = data.dropped_rows;
  out["features"] = data.X.n_rows;
  if (!data.y.is_empty()) out["target"] = describe_target(data);
  std::vector<std::string> candidates;
  for (index_t k = 0; k < data.X.n_rows; ++k) {
    const arma::rowvec values = data.X.row(k);
    Json column;
    column["name"] = column_name(data, k);
    add_range(column, values);
    out["columns"].push_back(column);
    const std::size_t classes = classes_in(values).size();
    if (classes >= 2 && 2 * classes <= values.n_elem) candidates.push_back(column_name(data, k));
  }
  if (data.y.is_empty()) out["columns_that_may_be_classes"] = candidates;
  return out;
}

namespace {

std::string value_text(const Json& value) {
  if (value.is_number_float()) return brief(value.get<double>());
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_array()) return value.dump();
  std::string out;
  for (const Json& one : value) out += (out.empty() ? "" : ", ") + value_text(one);
  return out.empty() ? "none" : out;
}

std::string words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

// "age: minimum -1, maximum 1": the first member names what the others say.
std::string line_of(const Json& object) {
  std::string out;
  for (const auto& [name, value] : object.items()) {
    if (name == "name") {
      out = value_text(value) + ":";
    } else {
      const bool first = out.empty() || out.back() == ':';
      out += (out.empty() ? "" : first ? " " : ", ") + words(name) + " " + value_text(value);
    }
  }
  return out;
}

}  // namespace

void print_readable(std::ostream& out, const nlohmann::ordered_json& json, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  for (const auto& [name, value] : json.items()) {
    const bool is_list = value.is_array() && !value.empty() && value.front().is_object();
    out << margin << words(name) << ':';
    if (value.is_object()) {
      out << '\n';
      print_readable(out, value, indent + 2);
    } else if (is_list) {
      out << '\n';
      for (const Json& one : value) out << margin << "  " << line_of(one) << '\n';
    } else {
      out << ' ' << value_text(value) << '\n';
    }
  }
}

}  // namespace mercer::cli
