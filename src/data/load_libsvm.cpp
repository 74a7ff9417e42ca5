#include "mercer/data/load_libsvm.hpp"

#include <utility>
#include <vector>

#include "core/text_file.hpp"
#include "mercer/core/errors.hpp"

namespace mercer {
namespace {

using detail::quoted;
using detail::TextFile;

constexpr index_t largest_index = 0x7fffffff;  // the format's indices are of 32 bits

/// The file's points, one after the other: the columns of a sparse matrix.
template <class T>
struct Entries {
  std::vector<T> labels;
  std::vector<index_t> starts = {0};  // n + 1: the entries of point i are starts[i], ...
  std::vector<index_t> features;      // counted from 0
  std::vector<T> values;
  index_t dimension = 0;
  index_t dimension_line = 0;  // the first line that has the largest index
};

std::string_view next_token(std::string_view& rest) {
  rest = detail::trimmed(rest);
  const std::string_view token = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(token.size());
  return token;
}

template <class T>
T read_label(const TextFile& file, std::string_view token) {
  T label = 0;
  const char* fault = detail::read_number(token, label);
  if (fault == nullptr) return label;
  file.refuse("the label " + quoted(token) + " is " + fault +
              (token.find(':') == std::string_view::npos
                   ? ""
                   : "; a line is 'label index:value index:value ...'"));
}

// Returns the feature's index, from 1.
template <class T>
index_t read_entry(const TextFile& file, std::string_view token, T& value) {
  const auto colon = token.find(':');
  if (colon == std::string_view::npos) file.refuse(quoted(token) + " has no colon (index:value)");
  const std::string_view index_text = token.substr(0, colon);
  const std::string_view value_text = token.substr(colon + 1);
  if (index_text == "qid") file.refuse("ranking data (" + quoted(token) + ") are not supported");

  index_t index = 0;
  if (!detail::read_index(index_text, index)) {
    file.refuse(quoted(token) + ": the index is not a whole number from 1");
  }
  if (index == 0) file.refuse(quoted(token) + ": the index is 0, indices count from 1");
  if (index > largest_index) {
    file.refuse(quoted(token) + ": the index is over " + std::to_string(largest_index) +
                ", the largest of the format");
  }
  if (value_text.empty()) file.refuse(quoted(token) + " has no value after the colon");
  const char* fault = detail::read_number(value_text, value);
  if (fault != nullptr) file.refuse(quoted(token) + ": the value is " + fault);
  return index;
}

template <class T>
void read_point(const TextFile& file, std::string_view line, index_t line_number,
                const LibsvmOptions& options, Entries<T>& entries) {
  entries.labels.push_back(read_label<T>(file, next_token(line)));
  index_t previous = 0;
  for (auto token = next_token(line); !token.empty(); token = next_token(line)) {
    T value = 0;
    const index_t index = read_entry(file, token, value);
    if (index <= previous) {
      file.refuse(quoted(token) + ": the index is not above the one before, " +
                  std::to_string(previous) + "; indices must ascend");
    }
    if (options.dimension > 0 && index > options.dimension) {
      file.refuse(quoted(token) + ": the index is over the dimension " +
                  std::to_string(options.dimension));
    }
    if (index > entries.dimension) {
      entries.dimension = index;
      entries.dimension_line = line_number;
    }
    entries.features.push_back(index - 1);
    entries.values.push_back(value);
    previous = index;
  }
  entries.starts.push_back(entries.values.size());
}

template <class T>
Entries<T> read_entries(const std::string& path, const LibsvmOptions& options) {
  TextFile file(path);
  Entries<T> entries;
  std::string_view line;
  for (index_t line_number = 1; file.next_line(line); ++line_number) {
    line = detail::trimmed(line.substr(0, line.find('#')));
    if (!line.empty()) read_point(file, line, line_number, options, entries);
  }
  if (entries.labels.empty()) throw ParseError(path, 0, "there are no data, only comments");
  if (options.dimension > 0) entries.dimension = options.dimension;
  if (entries.dimension == 0) throw ParseError(path, 0, "no point has a feature");
  return entries;
}

void require_budget(const std::string& path, index_t dimension, index_t dimension_line, index_t n,
                    std::size_t value_size, std::size_t budget) {
  if (dimension <= budget / value_size / n) return;
  const bool from_file = dimension_line > 0;
  throw BudgetError(path + (from_file ? ":" + std::to_string(dimension_line) : ""),
                    "a dense matrix of " + std::to_string(dimension) + " x " + std::to_string(n) +
                        " values of " + std::to_string(value_size) +
                        " bytes is over the memory budget of " + std::to_string(budget) + " bytes" +
                        (from_file ? "; this line has the largest index" : "") +
                        "; load_libsvm_sparse needs no such matrix");
}

}  // namespace

template <class T>
Dataset<T> load_libsvm(const std::string& path, const LibsvmOptions& options) {
  const Entries<T> entries = read_entries<T>(path, options);
  const index_t n = entries.labels.size();
  require_budget(path, entries.dimension, options.dimension > 0 ? 0 : entries.dimension_line, n,
                 sizeof(T), options.memory_budget);
  Dataset<T> data;
  data.X.zeros(entries.dimension, n);
  data.y = Col<T>(entries.labels);
  for (index_t i = 0; i < n; ++i) {
    T* point = data.X.colptr(i);
    for (index_t entry = entries.starts[i]; entry < entries.starts[i + 1]; ++entry) {
      point[entries.features[entry]] = entries.values[entry];
    }
  }
  return data;
}

template <class T>
SparseDataset<T> load_libsvm_sparse(const std::string& path, const LibsvmOptions& options) {
  Entries<T> entries = read_entries<T>(path, options);
  const index_t n = entries.labels.size();
  const arma::uvec features(entries.features.data(), entries.features.size(), false, true);
  const arma::uvec starts(entries.starts.data(), entries.starts.size(), false, true);
  const Col<T> values(entries.values.data(), entries.values.size(), false, true);
  return {arma::SpMat<T>(features, starts, values, entries.dimension, n), Col<T>(entries.labels)};
}

template Dataset<double> load_libsvm(const std::string&, const LibsvmOptions&);
template Dataset<float> load_libsvm(const std::string&, const LibsvmOptions&);
template SparseDataset<double> load_libsvm_sparse(const std::string&, const LibsvmOptions&);
template SparseDataset<float> load_libsvm_sparse(const std::string&, const LibsvmOptions&);

}  // namespace mercer
