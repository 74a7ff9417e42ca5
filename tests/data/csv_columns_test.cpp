// A table that is read as another one was.
#include "data/csv_columns.hpp"

#include <stdexcept>
#include <string>

#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::CsvOptions;
using mercer::Dataset;
using mercer::load_csv;
using mercer::TableLayout;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;
using Missing = CsvOptions::Missing;
using Names = std::vector<std::string>;

namespace {

Dataset<double> read(const std::string& content, const CsvOptions& options = {}) {
  return load_csv<double>(TemporaryFile(content).path(), options);
}

std::string error_of(const std::string& content, const CsvOptions& options) {
  const TemporaryFile file(content);
  return parse_error_of(file.path(), [&](const auto& path) { load_csv<double>(path, options); });
}

bool same(const arma::mat& a, const arma::mat& b) { return arma::approx_equal(a, b, "absdiff", 0); }

// Columns age, colour (blue, red), size; target kind (cat, dog).
Dataset<double> training_table() {
  return read("age,colour,kind,size\n1,red,dog,10\n3,blue,cat,\n",
              {.target = "kind", .one_hot = {"colour"}, .missing = Missing::mean});
}

}  // namespace

TEST_CASE("the layout tells what was read", "[data][csv]") {
  const auto data = training_table();
  CHECK(same(data.X, {{1, 3}, {0, 1}, {1, 0}, {10, 10}}));
  CHECK(same(data.y, arma::vec{1, 0}));
  CHECK(data.feature_names == Names{"age", "colour=blue", "colour=red", "size"});
  CHECK(data.target_name == "kind");
  const TableLayout expected = {
      {{"age", {}, 2.0}, {"colour", {"blue", "red"}, {}}, {"size", {}, 10.0}},
      "kind",
      {"cat", "dog"}};
  CHECK(data.layout == expected);
  // Without a header and without options.
  CHECK(read("1,2\n3,4\n", {.target_column = 0}).layout == TableLayout{{{"", {}, {}}}, "", {}});
}

TEST_CASE("columns are found by name in any order", "[data][csv]") {
  const auto training = training_table();
  const auto data =
      read("size,kind,colour,age\n5,cat,red,7\n,dog,blue,\n", {.layout = training.layout});
  CHECK(same(data.X, {{7, 2}, {0, 1}, {1, 0}, {5, 10}}));
  CHECK(same(data.y, arma::vec{0, 1}));
  CHECK(data.layout == training.layout);
  CHECK(data.feature_names == training.feature_names);
  CHECK(data.target_name == "kind");

  const auto without_target = read("colour,age,size\nred,7,5\n", {.layout = training.layout});
  CHECK(same(without_target.X, arma::vec{7, 0, 1, 5}));
  CHECK(without_target.y.is_empty());
  CHECK(without_target.target_name.empty());
}

TEST_CASE("without names columns are found by position", "[data][csv]") {
  const auto training = training_table();
  const CsvOptions options = {.header = CsvOptions::Header::no, .layout = training.layout};
  CHECK(same(read("7,red,5\n", options).X, arma::vec{7, 0, 1, 5}));
  CsvOptions with_target = options;
  with_target.target_column = 0;
  const auto data = read("dog,7,red,5\n", with_target);
  CHECK(same(data.X, arma::vec{7, 0, 1, 5}));
  CHECK(data.y[0] == 1);
  CHECK(error_of("7,red,5,1\n", options) ==
        "FILE:1: expected 3 columns beside the target, as in the training table, found 4");

  const auto nameless = read("1,2\n3,4\n");
  CHECK(same(read("b,a\n5,6\n", {.layout = nameless.layout}).X, arma::vec{5, 6}));
  CHECK(error_of("a\n5\n", {.layout = nameless.layout}) ==
        "FILE:1: expected 2 columns beside the target, as in the training table, found 1");
}

TEST_CASE("names that are there twice are found in the same order only", "[data][csv]") {
  const auto training = read("a,a,b\n1,2,3\n");
  CHECK(same(read("a,a,b\n4,5,6\n", {.layout = training.layout}).X, arma::vec{4, 5, 6}));
  CHECK(error_of("b,a,a\n4,5,6\n", {.layout = training.layout}) ==
        "FILE:1: more than one column is named 'a'");
}

TEST_CASE("tables of other columns are refused", "[data][csv]") {
  const CsvOptions options = {.layout = training_table().layout};
  CHECK(error_of("age,colour,size,weight\n1,red,2,3\n", options) ==
        "FILE:1: column 'weight' (column 4) is not of the training table, whose columns are 'age', "
        "'colour', 'size'");
  CHECK(error_of("age,size\n1,2\n", options) ==
        "FILE:1: no column is named 'colour', as one of the training table; the columns are 'age', "
        "'size'");
  CHECK(error_of("kind,age,size\ncat,1,2\n", options) ==
        "FILE:1: no column is named 'colour', as one of the training table; the columns are 'age', "
        "'size'");
  CHECK(error_of("age,colour,size\n1,red,2\n2,green,3\n", options) ==
        "FILE:3: column 'colour' (column 2) holds 'green', which is none of the categories 'blue', "
        "'red'");
  CHECK(error_of("age,colour,size\n1,NA,2\n", options) ==
        "FILE:2: column 'colour' (column 2) holds 'NA': a missing value");
  CHECK(error_of("age,colour,size,kind\n1,red,2,cow\n", options) ==
        "FILE:2: column 'kind' (column 4) holds 'cow', which is none of the classes 'cat', 'dog'");
  // A training table without missing values knows no means, if it was not asked for them.
  CHECK(
      error_of("a\n\"\"\n", {.header = CsvOptions::Header::yes, .layout = read("a\n1\n").layout}) ==
      "FILE:2: column 'a' (column 1) is empty: a missing value");
  CHECK_THROWS_WITH(read("a\n1\n", {.one_hot = {"a"}, .layout = TableLayout()}),
                    "load_csv: one_hot and layout are both given; the layout has its categories");
}

TEST_CASE("lines can be dropped from a table with a layout", "[data][csv]") {
  const auto training = training_table();
  const auto data = read("age,colour,size,kind\n1,?,2,cat\n,red,3,cat\n4,red,5,NA\n",
                         {.missing = Missing::drop, .layout = training.layout});
  CHECK(same(data.X, arma::vec{2, 0, 1, 3}));
  CHECK(data.dropped_rows == 2);
}
