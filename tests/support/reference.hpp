// The bundled data sets on their reference split, and the reference results of outside programs.
#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "mercer/data/dataset.hpp"
#include "mercer/data/load_csv.hpp"
#include "mercer/data/scaler.hpp"
#include "mercer/data/split.hpp"

namespace mercer::test {

inline std::string dataset_path(const std::string& file) {
  return std::string(MERCER_DATASETS) + "/" + file;
}

/// A CSV file of words: one map from column name to text per line.
inline std::vector<std::map<std::string, std::string>> read_table(const std::string& file) {
  std::ifstream in(dataset_path(file));
  if (!in) throw std::runtime_error("cannot open " + file);
  const auto fields = [](const std::string& line) {
    std::vector<std::string> out(1);
    for (const char c : line) {
      if (c == ',') {
        out.emplace_back();
      } else {
        out.back() += c;
      }
    }
    return out;
  };
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> names = fields(line);
  std::vector<std::map<std::string, std::string>> table;
  while (std::getline(in, line)) {
    const std::vector<std::string> values = fields(line);
    if (values.size() != names.size()) throw std::runtime_error("ragged line in " + file);
    for (table.emplace_back(); const auto& name : names) {
      table.back()[name] = values[table.back().size()];
    }
  }
  return table;
}

/// The row of datasets/reference/reference.csv for one set.
inline std::map<std::string, std::string> reference_of(const std::string& name) {
  for (auto& row : read_table("reference/reference.csv")) {
    if (row["name"] == name) return row;
  }
  throw std::runtime_error("no reference for " + name);
}

/// One column of datasets/reference/pred_NAME.csv, a value per test row.
inline arma::vec reference_predictions(const std::string& name, const std::string& column) {
  std::vector<double> values;
  for (auto& row : read_table("reference/pred_" + name + ".csv")) {
    values.push_back(std::stod(row.at(column)));
  }
  return arma::vec(values);
}

/// A data set divided, and scaled by what its training rows say.
template <class T>
struct Prepared {
  Mat<T> X_train, X_test;
  Col<T> y_train, y_test;
};

/// The reference split (perm_NAME.txt, first floor(0.8 n) for training), standardised.
template <class T>
Prepared<T> prepare(const std::string& name) {
  const Dataset<T> data = load_csv<T>(dataset_path(name + ".csv"), {.target = "target"});
  const Split split =
      split_permutation(load_permutation(dataset_path("perm_" + name + ".txt")), 0.8);
  const Dataset<T> train = take(data, split.train);
  const Dataset<T> test = take(data, split.test);
  const Scaler<T> scaler = Scaler<T>::standardise(train.X);
  return {scaler.apply(train.X), scaler.apply(test.X), train.y, test.y};
}

/// The first n_train rows in file order, features scaled to [-1, 1] by them.
template <class T>
Prepared<T> prepare_statlog(const std::string& name, index_t n_train) {
  const Dataset<T> data = load_csv<T>(dataset_path(name + ".csv"), {.target = "target"});
  const Split split = split_first(data.X.n_cols, n_train);
  const Dataset<T> train = take(data, split.train);
  const Dataset<T> test = take(data, split.test);
  const Scaler<T> scaler = Scaler<T>::to_signed_unit(train.X);
  return {scaler.apply(train.X), scaler.apply(test.X), train.y, test.y};
}

}  // namespace mercer::test
