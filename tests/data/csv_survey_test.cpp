// Categories, classes and lines that are dropped.
#include "data/csv_survey.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::CsvOptions;
using mercer::Dataset;
using mercer::load_csv;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;
using Header = CsvOptions::Header;
using Missing = CsvOptions::Missing;
using Names = std::vector<std::string>;

namespace {

template <class T = double>
Dataset<T> read(const std::string& content, const CsvOptions& options = {}) {
  return load_csv<T>(TemporaryFile(content).path(), options);
}

std::string error_of(const std::string& content, const CsvOptions& options) {
  const TemporaryFile file(content);
  return parse_error_of(file.path(), [&](const auto& path) { load_csv<double>(path, options); });
}

template <class T>
bool same(const mercer::Mat<T>& a, const mercer::Mat<T>& b) {
  return arma::approx_equal(a, b, "absdiff", 0);
}

}  // namespace

TEMPLATE_TEST_CASE("a column of categories becomes one feature per category", "[data][csv]", float,
                   double) {
  using T = TestType;
  const auto data =
      read<T>("x,colour,y\n1,red,2\n3,\"a \"\"b\"\", c\",4\n5, red ,6\n7,9,8\n8,10,9\n",
              {.one_hot = {"colour"}});
  CHECK(same(data.X, mercer::Mat<T>{{1, 3, 5, 7, 8},
                                    {0, 0, 0, 0, 1},
                                    {0, 0, 0, 1, 0},
                                    {0, 1, 0, 0, 0},
                                    {1, 0, 1, 0, 0},
                                    {2, 4, 6, 8, 9}}));
  CHECK(data.feature_names ==
        Names{"x", "colour=10", "colour=9", "colour=a \"b\", c", "colour=red", "y"});
  CHECK(data.dropped_rows == 0);
}

TEST_CASE("columns of categories are named by position without a header", "[data][csv]") {
  const auto data = read("a,1,x\nb,2,y\na,3,y\n", {.header = Header::no, .one_hot = {"0", "2"}});
  CHECK(same<double>(data.X, {{1, 0, 1}, {0, 1, 0}, {1, 2, 3}, {1, 0, 0}, {0, 1, 1}}));
  CHECK(data.feature_names.empty());
  for (const std::string position : {"3", "x", "-1", ""}) {
    CHECK(error_of("a,1,x\n", {.header = Header::no, .one_hot = {position}}) ==
          "FILE:1: there is no column at position '" + position +
              "', which is to hold categories; without a header line, positions are 0 to 2");
  }
}

TEST_CASE("columns of categories that cannot be are refused", "[data][csv]") {
  CHECK(error_of("a,b\n1,2\n", {.one_hot = {"c"}}) ==
        "FILE:1: no column is named 'c', which is to hold categories; the columns are 'a', 'b'");
  CHECK(error_of("a,b\n1,2\n", {.target = "b", .one_hot = {"b"}}) ==
        "FILE:1: the target 'b' cannot be a column of categories too");
  CHECK(error_of("a,b\n1,x\n2,\n", {.one_hot = {"b"}}) ==
        "FILE:3: column 'b' (column 2) is empty: a missing value");
  CHECK(error_of("a,b\n1,x\n2,?\n", {.one_hot = {"b"}, .missing = Missing::mean}) ==
        "FILE:3: column 'b' (column 2) holds '?': a missing value");
  CHECK(error_of("a,b\n1,\n2,?\n", {.one_hot = {"b"}}) ==
        "FILE: column 'b' (column 2) has missing values only");
  CHECK(error_of("t,b\n1,\n", {.target = "t", .one_hot = {"b"}}) ==
        "FILE: column 'b' (column 2) has missing values only");
  std::string many = "a,b\n";
  for (int k = 0; k < 1000; ++k) many += "1," + std::to_string(k) + "\n";
  CHECK(read(many, {.one_hot = {"b"}}).X.n_rows == 1001);
  CHECK(error_of(many + "1,x\n", {.one_hot = {"b"}}) ==
        "FILE:1002: column 'b' (column 2) has more than 1000 categories");
}

TEST_CASE("a target of words becomes class codes", "[data][csv]") {
  const auto data = read("t,b\nsetosa,1\nversicolor,2\nanna,3\nsetosa,4\n", {.target = "t"});
  CHECK(same<double>(data.y, arma::vec{1, 2, 0, 1}));
  CHECK(data.layout.class_names == Names{"anna", "setosa", "versicolor"});
  CHECK(data.target_name == "t");
  // Numbers are no words.
  CHECK(read("t,b\n2,1\n3,2\n", {.target = "t"}).y[1] == 3);
  CHECK(read("t,b\n2,1\n3,2\n", {.target = "t"}).layout.class_names.empty());
  // The two together would be a guess.
  CHECK(error_of("t,b\nx,1\n3,2\n", {.target = "t"}) ==
        "FILE:3: column 't' (column 1) holds '3', a number among labels that are words");
  CHECK(error_of("t,b\nx,1\n,2\n", {.target = "t"}) ==
        "FILE:3: column 't' (column 1) is empty: a missing value");
  CHECK(error_of("t,b\nx,1\nnan,2\n", {.target = "t"}) ==
        "FILE:3: column 't' (column 1) holds 'nan': a missing value");
  CHECK(error_of("t,b\nx,1,7\n", {.target = "t"}) ==
        "FILE:2: expected 2 fields, as in line 1, found 3");
  CHECK(read("t,b\n?,1\nx,2\ny,3\n", {.target = "t", .missing = Missing::drop}).y[1] == 1);
}

TEST_CASE("lines with a missing value are dropped and counted", "[data][csv]") {
  const auto data = read("a,c,t\n1,x,1\n,x,2\n3,NA,3\n4,y,?\n5,x,5\nnan,z,6\nNaN,z,7\n",
                         {.target = "t", .one_hot = {"c"}, .missing = Missing::drop});
  // y and z stand in dropped lines only.
  CHECK(same<double>(data.X, {{1, 5}, {1, 1}}));
  CHECK(same<double>(data.y, arma::vec{1, 5}));
  CHECK(data.dropped_rows == 5);
  CHECK(data.layout.columns[1].categories == Names{"x"});
  CHECK(error_of("a,b\n1,\n,2\n", {.missing = Missing::drop}) ==
        "FILE: every line has a missing value, none is left");
  // What is wrong in a dropped line is wrong.
  CHECK(error_of("a,b\n,x\n1,2\n", {.missing = Missing::drop}) ==
        "FILE:2: column 'b' (column 2) holds 'x', not a number; encode categories as numbers "
        "first");
  CHECK(error_of("a,b\n1,2\n,\n3\n", {.missing = Missing::drop}) ==
        "FILE:4: expected 2 fields, as in line 1, found 1");
}
