#include "mercer/data/load_dataset.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include "mercer/data/load_hdf5.hpp"
#include "mercer/data/load_npy.hpp"
#include "support/catch.hpp"
#include "support/standard_streams.hpp"
#include "support/temporary_file.hpp"

using mercer::data_format;
using mercer::DataFormat;
using mercer::DatasetOptions;
using mercer::load_dataset;
using mercer::save_hdf5;
using mercer::save_npy;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;
using mercer::test::with_standard_input;

namespace {

bool same(const arma::mat& a, const arma::mat& b) { return arma::approx_equal(a, b, "absdiff", 0); }

DataFormat format_of(const std::string& content) {
  return data_format(TemporaryFile(content).path());
}

std::string error_of(const std::string& path, const DatasetOptions& options) {
  return parse_error_of(path, [&](const auto& file) { load_dataset<double>(file, options); });
}

}  // namespace

TEST_CASE("the suffix tells the format", "[data]") {
  CHECK(data_format("no/such.CSV") == DataFormat::csv);
  CHECK(data_format("a.b.tsv") == DataFormat::csv);
  CHECK(data_format("a.libsvm") == DataFormat::libsvm);
  CHECK(data_format("a.svm") == DataFormat::libsvm);
  CHECK(data_format("a.npy") == DataFormat::npy);
  CHECK(data_format("a.h5") == DataFormat::hdf5);
  CHECK(data_format("a.HDF5") == DataFormat::hdf5);
  CHECK(parse_error_of("no/such.txt", [](const auto& path) { data_format(path); }) ==
        "FILE: there is no such file");
}

TEST_CASE("without a suffix the content tells the format", "[data]") {
  CHECK(format_of("a,b\n1,2\n") == DataFormat::csv);
  CHECK(format_of("1 2\n3 4\n") == DataFormat::csv);
  CHECK(format_of("a b:c\n") == DataFormat::csv);
  CHECK(format_of("1;2:3\n") == DataFormat::csv);
  CHECK(format_of("1 x:3\n") == DataFormat::csv);
  CHECK(format_of("") == DataFormat::csv);
  CHECK(format_of("1\n2\n") == DataFormat::csv);
  CHECK(format_of("\n # words 1:2\n-1.5  3:4 7:1\n") == DataFormat::libsvm);
  CHECK(format_of("\xEF\xBB\xBF+1\t1:2") == DataFormat::libsvm);
  CHECK(format_of("\x93NUMPY") == DataFormat::npy);
  CHECK(format_of("\x89HDF\r\n\x1a\n") == DataFormat::hdf5);
}

TEST_CASE("one function loads all formats", "[data]") {
  const arma::mat X = {{1, 2, 3}, {4, 5, 6}};
  const arma::vec y = {7, 8, 9};
  arma::mat all(3, 3);
  all.head_rows(2) = X;
  all.row(2) = y.t();
  const TemporaryFile csv("1,4,7\n2,5,8\n3,6,9\n");
  const TemporaryFile libsvm("7 1:1 2:4\n8 1:2 2:5\n9 1:3 2:6\n");
  const TemporaryFile npy;
  save_npy<double>(npy.path(), all.t());
  const TemporaryFile hdf5;
  save_hdf5(hdf5.path(), all, "anything");
  const TemporaryFile hdf5_parts;
  save_hdf5(hdf5_parts.path(), mercer::Dataset<double>{.X = X, .y = y});
  DatasetOptions last_column;
  last_column.csv.target_column = 2;
  const auto check = [&](const std::string& path, const DatasetOptions& options) {
    const auto data = load_dataset<double>(path, options);
    CHECK(same(data.X, X));
    CHECK(same(data.y, y));
  };
  for (const TemporaryFile* file : {&csv, &npy, &hdf5}) check(file->path(), last_column);
  for (const TemporaryFile* file : {&libsvm, &hdf5_parts}) check(file->path(), {});
  for (const TemporaryFile* file : {&csv, &npy}) {
    with_standard_input(file->path(), [&] {
      check("-", last_column);
      return 0;
    });
  }
  with_standard_input(libsvm.path(), [&] {
    check("-", {});
    return 0;
  });
  DatasetOptions named;
  named.hdf5_name = "y";
  CHECK(same(load_dataset<double>(hdf5_parts.path(), named).X, y.t()));
  CHECK(same(load_dataset<double>(npy.path()).X, all));
  DatasetOptions forced;
  forced.format = DataFormat::csv;
  CHECK(error_of(libsvm.path(), forced).starts_with("FILE:1: words ("));
}

TEST_CASE("targets that a format does not have are refused", "[data]") {
  const TemporaryFile libsvm("7 1:1 2:4\n");
  const TemporaryFile npy;
  save_npy(npy.path(), arma::mat{{1, 2}, {3, 4}});
  const TemporaryFile one;
  save_npy(one.path(), arma::mat(1, 1, arma::fill::ones));
  const TemporaryFile parts;
  save_hdf5(parts.path(), mercer::Dataset<double>{.X = {{1, 2}}, .y = {3, 4}});
  DatasetOptions options;
  options.csv.target = "t";
  for (const TemporaryFile* file : {&libsvm, &npy, &parts}) {
    CHECK(error_of(file->path(), options) ==
          "FILE: has no column names to find the target 't' in; give target_column");
  }
  options.csv.target = "";
  options.csv.one_hot = {"a"};
  CHECK(error_of(npy.path(), options) ==
        "FILE: is no table, only tables have columns of categories");
  options.csv.one_hot = {};
  options.csv.target_column = 0;
  CHECK(error_of(libsvm.path(), options) == "FILE: is a LIBSVM file, whose target are its labels");
  CHECK(error_of(one.path(), options) ==
        "FILE: the target is the only column, there are no features");
  CHECK(error_of(parts.path(), options) == "FILE: has a target 'y', target_column gives another");
  options.csv.target_column = 2;
  CHECK(error_of(npy.path(), options) ==
        "FILE: there is no column 3 to be the target, there are 2");
}
