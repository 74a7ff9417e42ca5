#include "mercer/data/load_dataset.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>

#include "core/text_file.hpp"
#include "data/load_csv.hpp"
#include "data/load_libsvm.hpp"
#include "data/load_npy.hpp"
#include "mercer/core/errors.hpp"
#include "mercer/data/load_hdf5.hpp"
#include "mercer/data/load_npy.hpp"

namespace mercer {
namespace {

using detail::ByteSource;

// "label index:value".
bool is_libsvm_line(std::string_view line) {
  const auto label_end = line.find_first_of(" \t");
  if (label_end == std::string_view::npos) return false;
  double label = 0;
  if (detail::read_number(line.substr(0, label_end), label) != nullptr) return false;
  const std::string_view entry = detail::trimmed(line.substr(label_end));
  const auto colon = entry.find(':');
  index_t index = 0;
  return colon != std::string_view::npos && detail::read_index(entry.substr(0, colon), index);
}

DataFormat format_of(const ByteSource& source) {
  constexpr std::size_t looked_at = std::size_t{1} << 16;
  std::string buffer;
  std::string_view text = source.read(0, std::min(looked_at, source.size()), buffer);
  if (text.starts_with("\x93NUMPY")) return DataFormat::npy;
  if (text.starts_with("\x89HDF\r\n\x1a\n")) return DataFormat::hdf5;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::string_view line = detail::trimmed(text.substr(0, text.find('\n')));
    if (!line.empty() && line.front() != '#') {
      return is_libsvm_line(line) ? DataFormat::libsvm : DataFormat::csv;
    }
    const auto end = text.find('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return DataFormat::csv;
}

std::optional<DataFormat> format_by_suffix(const std::string& path) {
  static const std::map<std::string, DataFormat> suffixes = {
      {".csv", DataFormat::csv},    {".tsv", DataFormat::csv}, {".libsvm", DataFormat::libsvm},
      {".svm", DataFormat::libsvm}, {".npy", DataFormat::npy}, {".h5", DataFormat::hdf5},
      {".hdf5", DataFormat::hdf5}};
  std::string suffix = std::filesystem::path(path).extension().string();
  for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto found = suffixes.find(suffix);
  if (found == suffixes.end()) return {};
  return found->second;
}

void refuse_names(const std::string& name, const CsvOptions& options) {
  if (!options.target.empty() && !options.target_is_optional) {
    throw ParseError(name, 0,
                     "has no column names to find the target " + detail::quoted(options.target) +
                         " in; give target_column");
  }
  if (!options.one_hot.empty()) {
    throw ParseError(name, 0, "is no table, only tables have columns of categories");
  }
}

template <class T>
Dataset<T> with_target(const std::string& name, Dataset<T> data, std::optional<index_t> column) {
  if (!column) return data;
  if (!data.y.is_empty())
    throw ParseError(name, 0, "has a target 'y', target_column gives another");
  if (*column >= data.X.n_rows) {
    throw ParseError(name, 0,
                     "there is no column " + std::to_string(*column + 1) +
                         " to be the target, there are " + std::to_string(data.X.n_rows));
  }
  if (data.X.n_rows == 1) {
    throw ParseError(name, 0, "the target is the only column, there are no features");
  }
  data.y = data.X.row(*column).t();
  data.X.shed_row(*column);
  return data;
}

template <class T>
Dataset<T> load_hdf5_by_name(const std::string& path, const std::string& name) {
  const auto arrays = path == "-" ? std::vector<Hdf5Array>() : hdf5_arrays(path);
  const bool has_X = std::any_of(arrays.begin(), arrays.end(),
                                 [](const Hdf5Array& array) { return array.name == "X"; });
  if (name.empty() && has_X) return load_hdf5_dataset<T>(path);
  Dataset<T> data;
  data.X = load_hdf5<T>(path, name);
  return data;
}

}  // namespace

DataFormat data_format(const std::string& path) {
  const auto by_suffix = format_by_suffix(path);
  return by_suffix ? *by_suffix : format_of(ByteSource(path));
}

template <class T>
Dataset<T> load_dataset(const std::string& path, const DatasetOptions& options) {
  const ByteSource source(path);  // opened once: the standard input has no second time
  const auto by_suffix = format_by_suffix(path);
  const DataFormat format = options.format ? *options.format
                            : by_suffix    ? *by_suffix
                                           : format_of(source);
  if (format == DataFormat::csv) return detail::read_csv<T>(source, options.csv);
  refuse_names(source.name(), options.csv);
  if (format == DataFormat::libsvm) {
    if (options.csv.target_column) {
      throw ParseError(source.name(), 0, "is a LIBSVM file, whose target are its labels");
    }
    return detail::read_libsvm<T>(source, options.libsvm);
  }
  Dataset<T> data;
  if (format == DataFormat::hdf5) {
    data = load_hdf5_by_name<T>(path, options.hdf5_name);
  } else {
    data.X = path == "-" ? detail::read_npy_points<T>(source) : load_npy_points<T>(path);
  }
  return with_target(source.name(), std::move(data), options.csv.target_column);
}

template Dataset<double> load_dataset(const std::string&, const DatasetOptions&);
template Dataset<float> load_dataset(const std::string&, const DatasetOptions&);

}  // namespace mercer
