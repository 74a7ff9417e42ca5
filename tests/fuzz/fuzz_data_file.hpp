// What the fuzzer of data files does with its bytes; the test of its corpus does the same.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mercer/core/errors.hpp"
#include "mercer/data/load_csv.hpp"
#include "mercer/data/load_hdf5.hpp"
#include "mercer/data/load_libsvm.hpp"
#include "mercer/data/load_npy.hpp"

namespace mercer::fuzz {

/// The part of the bytes that is the file: that of a CSV file follows a byte of options.
inline std::string_view file_of(std::string_view reader, std::string_view bytes) {
  return reader == "csv" ? bytes.substr(bytes.empty() ? 0 : 1) : bytes;
}

inline CsvOptions csv_options(std::string_view bytes) {
  const int byte = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front());
  CsvOptions options;
  options.threads = 1;
  options.missing = static_cast<CsvOptions::Missing>(byte % 3);
  options.header = static_cast<CsvOptions::Header>(byte / 3 % 3);
  if (byte / 9 % 3 == 1) options.target_column = 0;
  if (byte / 9 % 3 == 2) options.target = "a";
  if (byte / 27 % 3 == 1) options.one_hot = {"1"};
  if (byte / 27 % 3 == 2) options.one_hot = {"a", "b"};
  return options;
}

// What was read must be read again by its own layout, to the same matrix.
template <class T>
void load_csv_twice(const std::string& path, const CsvOptions& options) {
  const Dataset<T> data = load_csv<T>(path, options);
  CsvOptions again = options;
  again.one_hot = {};
  again.layout = data.layout;
  const Dataset<T> same = load_csv<T>(path, again);
  if (options.missing == CsvOptions::Missing::drop && same.dropped_rows != data.dropped_rows) {
    std::abort();
  }
  if (!std::equal(same.X.begin(), same.X.end(), data.X.begin(), data.X.end())) std::abort();
  if (!std::equal(same.y.begin(), same.y.end(), data.y.begin(), data.y.end())) std::abort();
}

/// Loads the file at path; true if it is accepted, false if it is refused.
inline bool load(std::string_view reader, const std::string& path, std::string_view bytes) {
  try {
    if (reader == "csv") {
      load_csv_twice<double>(path, csv_options(bytes));
      load_csv_twice<float>(path, csv_options(bytes));
    } else if (reader == "libsvm") {
      const auto sparse = load_libsvm_sparse<double>(path, {.threads = 1});
      const auto dense = load_libsvm<double>(path, {.memory_budget = 1 << 24, .threads = 1});
      if (!arma::approx_equal(arma::mat(sparse.X), dense.X, "absdiff", 0)) std::abort();
    } else if (reader == "npy") {
      if (load_npy<double>(path).n_elem != load_npy_points<double>(path).n_elem) std::abort();
    } else {
      for (const Hdf5Array& array : hdf5_arrays(path)) load_hdf5<double>(path, array.name);
    }
  } catch (const ParseError&) {
    return false;
  } catch (const BudgetError&) {
    return false;
  }
  return true;
}

}  // namespace mercer::fuzz
