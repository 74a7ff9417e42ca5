#include "mercer/data/load_csv.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"
#include "support/standard_streams.hpp"
#include "support/temporary_file.hpp"

using mercer::Col;
using mercer::CsvOptions;
using mercer::Dataset;
using mercer::index_t;
using mercer::load_csv;
using mercer::Mat;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;
using Header = CsvOptions::Header;
using Names = std::vector<std::string>;

namespace {

template <class T = double>
Dataset<T> read(const std::string& content, const CsvOptions& options = {}) {
  return load_csv<T>(TemporaryFile(content).path(), options);
}

template <class T = double>
std::string error_of(const std::string& content, const CsvOptions& options = {}) {
  const TemporaryFile file(content);
  return parse_error_of(file.path(), [&](const auto& path) { load_csv<T>(path, options); });
}

template <class T>
bool same(const Mat<T>& a, const Mat<T>& b) {
  return arma::approx_equal(a, b, "absdiff", 0);
}

}  // namespace

TEMPLATE_TEST_CASE("a table becomes one column per point", "[data][csv]", float, double) {
  using T = TestType;
  const auto data = read<T>("a,t,b\n1,0,2.5\n-3e2,1,+4\n.5,7,-0\n", {.target = "t"});
  CHECK(same(data.X, Mat<T>{{1, -300, T(0.5)}, {T(2.5), 4, 0}}));
  CHECK(same<T>(data.y, Col<T>{0, 1, 7}));
  CHECK(data.feature_names == Names{"a", "b"});
  CHECK(data.target_name == "t");
}

TEST_CASE("without a target every column is a feature", "[data][csv]") {
  const auto data = read("a,b\n1,2\n3,4\n");
  CHECK(same(data.X, arma::mat{{1, 3}, {2, 4}}));
  CHECK(data.y.is_empty());
  CHECK(data.target_name.empty());
}

TEST_CASE("a header is told from data by its words", "[data][csv]") {
  CHECK(read("1,2\n3,4\n").X.n_cols == 2);
  CHECK(read("1,2\n3,4\n").feature_names.empty());
  CHECK(read("a,\n3,4\n").feature_names == Names{"a", ""});
  CHECK(read("1,2\n3,4\n", {.header = Header::yes}).feature_names == Names{"1", "2"});
  CHECK(read("1,2\n3,4\n", {.header = Header::yes}).X.n_cols == 1);
  CHECK(read("a,2\n3,4\n", {.header = Header::yes}).X.n_cols == 1);
  CHECK(error_of("a,b\n3,4\n", {.header = Header::no}) ==
        "FILE:1: column 1 holds 'a', not a number; encode categories as numbers first");
  // With a guess, one of the two would be lost: the point of line 1, or its features' names.
  CHECK(error_of("5.1,setosa\n4.9,virginica\n") ==
        "FILE:1: words ('setosa') and numbers ('5.1') in line 1: say with the header option which "
        "it is, names or data; categories must be encoded as numbers first");
  CHECK(error_of("1,NA\n3,4\n") == "FILE:1: column 2 holds 'NA': a missing value");
}

TEST_CASE("the target is found by name or by position", "[data][csv]") {
  CHECK(read("1,2\n3,4\n", {.target_column = 0}).y[1] == 3);
  CHECK(read("1,2\n3,4\n", {.target_column = 1}).y[1] == 4);
  CHECK(read("a,b\n3,4\n", {.target_column = 0}).target_name == "a");
  CHECK(read("a,b\n3,4\n", {.target_column = 0}).feature_names == Names{"b"});
  CHECK(error_of("a,b\n3,4\n", {.target = "c"}) ==
        "FILE:1: no column is named 'c'; the columns are 'a', 'b'");
  CHECK(error_of("a,b,a\n3,4,5\n", {.target = "a"}) == "FILE:1: more than one column is named 'a'");
  CHECK(error_of("1,2\n3,4\n", {.target = "a"}) ==
        "FILE:1: there is no header line to find the target 'a' in; give target_column");
  CHECK(error_of("a,b\n3,4\n", {.target_column = 2}) ==
        "FILE:1: there is no column 3 to be the target, there are 2");
  CHECK(error_of("a\n3\n", {.target = "a"}) ==
        "FILE:1: the target is the only column, there are no features");
  CHECK_THROWS_AS(read("a,b\n3,4\n", {.target = "a", .target_column = 0}), std::invalid_argument);
}

TEST_CASE("separators are detected or given", "[data][csv]") {
  const arma::mat expected = {{1.5, 3}, {2, 4}};
  CHECK(same(read("1.5,2\n3,4\n").X, expected));
  CHECK(same(read("1.5;2\n3;4\n").X, expected));
  CHECK(same(read("1.5\t2\n3\t4\n").X, expected));
  CHECK(same(read("1.5 2\n3 4\n").X, expected));
  CHECK(same(read("  1.5   2\n 3   4  \n").X, expected));
  CHECK(same(read("1.5|2\n3|4\n", {.separator = '|'}).X, expected));
  CHECK(same(read("first name;second, too\n1.5;2\n3;4\n").X, expected));
  CHECK(same(read("\"a;b\",c\n1.5,2\n3,4\n").X, expected));
  CHECK(same(read("x\n1.5\n3\n").X, arma::mat{{1.5, 3}}));
  CHECK_THROWS_WITH(read("1,2\n", {.separator = '.'}),
                    "load_csv: separator must not be part of a number, a quote or a line end, "
                    "is '.'");
}

TEST_CASE("quoted fields and blanks around fields are accepted", "[data][csv]") {
  const auto data = read("\"x, in cm\" , \"say \"\"y\"\"\",z\n \"1\" ,2 ,  3\n");
  CHECK(data.feature_names == Names{"x, in cm", "say \"y\"", "z"});
  CHECK(same(data.X, arma::vec{1, 2, 3}));
  CHECK(same(read("\"a\"\t\"b\tc\"\n1\t2\n").X, arma::vec{1, 2}));
  CHECK(read("\t\"b\tc\"\n1\t2\n").feature_names == Names{"", "b\tc"});
  CHECK(error_of("a,b\n1,\"2\n") == "FILE:2: a quote is not closed before the end of the line");
  CHECK(error_of("a,b\n\"1\"x,2\n") == "FILE:2: text follows the closing quote of '\"1\"x'");
}

TEST_CASE("line ends and byte order marks of all kinds give the same data", "[data][csv]") {
  const arma::mat expected = {{1, 3}, {2, 4}};
  for (const std::string bom : {"", "\xEF\xBB\xBF"}) {
    for (const std::string end : {"\n", "\r\n"}) {
      for (const std::string& tail : {std::string(), end, end + end + "  " + end, end + " "}) {
        const auto data = read(bom + "a,b" + end + "1,2" + end + "3,4" + tail);
        CHECK(same(data.X, expected));
        CHECK(data.feature_names == Names{"a", "b"});
      }
    }
  }
}

TEST_CASE("files that are no tables are refused", "[data][csv]") {
  const auto load = [](const auto& path) { load_csv<double>(path); };
  CHECK(parse_error_of("no/such/file.csv", load) == "FILE: there is no such file");
  CHECK(parse_error_of(std::filesystem::temp_directory_path().string(), load) ==
        "FILE: is a directory");
  CHECK(error_of("") == "FILE: the file is empty");
  CHECK(error_of("\xEF\xBB\xBF") == "FILE: the file is empty");
  CHECK(error_of("\r\n  \n\n") == "FILE: the file is empty");
  CHECK(error_of("a,b\n") == "FILE:1: there are no data after the header line");
  CHECK(error_of("a,b\r\n\r\n") == "FILE:1: there are no data after the header line");
  CHECK(error_of(std::string("a,b\n1,2\n\0\x7f\x45", 11)) ==
        "FILE:3: holds a NUL byte: a binary file or UTF-16, not plain text");
}

TEST_CASE("lines must have the same number of fields", "[data][csv]") {
  CHECK(error_of("a,b,c\n1,2,3\n4,5\n") == "FILE:3: expected 3 fields, as in line 1, found 2");
  CHECK(error_of("1,2\n3,4,5\n") == "FILE:2: expected 2 fields, as in line 1, found 3");
  CHECK(error_of("1 2\n3 4 5\n") == "FILE:2: expected 2 fields, as in line 1, found 3");
  CHECK(error_of("1,2\n\n3,4\n") == "FILE:2: the line is blank");
  CHECK(error_of("\n1,2\n") == "FILE:1: the line is blank");
  // Cut off in the middle of the last line.
  CHECK(error_of("a,b,c\n1,2,3\n4,5.2") == "FILE:3: expected 3 fields, as in line 1, found 2");
  // A matrix of what line 1 promises would have 10^12 elements.
  const std::string wide(1000000, ',');
  CHECK(error_of(wide + "\n" + std::string(1000000, '\n') + "1") == "FILE:2: the line is blank");
}

TEST_CASE("fields that are no numbers are named", "[data][csv]") {
  CHECK(error_of("age,len,sex\n1,2,3\n1,2,M\n") ==
        "FILE:3: column 'sex' (column 3) holds 'M', not a number; encode categories as numbers "
        "first");
  CHECK(error_of("1,2\n1,2x\n") ==
        "FILE:2: column 2 holds '2x', not a number; encode categories as numbers first");
  CHECK(error_of("a,b\n1,\n") == "FILE:2: column 'b' (column 2) is empty: a missing value");
  CHECK(error_of("a,b\n?,1\n") == "FILE:2: column 'a' (column 1) holds '?': a missing value");
  CHECK(error_of("a,b\n1,nan\n") ==
        "FILE:2: column 'b' (column 2) holds 'nan', not a finite number");
  CHECK(error_of("a,b\n1,-inf\n") ==
        "FILE:2: column 'b' (column 2) holds '-inf', not a finite number");
  CHECK(error_of("a,b\n1,1e999\n") ==
        "FILE:2: column 'b' (column 2) holds '1e999', out of the range of double");
  CHECK(error_of<float>("a,b\n1,-1e39\n") ==
        "FILE:2: column 'b' (column 2) holds '-1e39', out of the range of float");
  for (const std::string text : {"0x10", "1,5", "--1", "+-1", "++1", "1 2", "1e", "e5", "+", "-"}) {
    CHECK(error_of("a;b\n1;" + text + "\n") ==
          "FILE:2: column 'b' (column 2) holds '" + text +
              "', not a number; encode categories as numbers first");
  }
  CHECK(error_of("t,b\n1,1\nyes,1\n", {.target = "t"}) ==
        "FILE:3: column 't' (column 1) holds 'yes', not a number; encode categories as numbers "
        "first");
  CHECK(error_of("a,b\n1," + std::string(50, 'x') + "\n\x01,2\n") ==
        "FILE:2: column 'b' (column 2) holds '" + std::string(40, 'x') +
            "...', not a number; encode categories as numbers first");
  CHECK(error_of("a,b\n\x01,2\n") ==
        "FILE:2: column 'a' (column 1) holds '?', not a number; encode categories as numbers "
        "first");
}

TEST_CASE("numbers too small for T are rounded", "[data][csv]") {
  CHECK(read<float>("1e-60\n").X(0, 0) == 0.0f);
  CHECK(read<float>("1e-40\n").X(0, 0) == 1e-40f);
  CHECK(read<double>("1e-400\n").X(0, 0) == 0.0);
  CHECK(read<double>("5e-324\n").X(0, 0) == 5e-324);
  CHECK(read<double>("0.1\n").X(0, 0) == 0.1);
  CHECK(read<float>("0.1\n").X(0, 0) == 0.1f);
}

TEST_CASE("a million columns are read", "[data][csv]") {
  const index_t d = 1000000;
  std::string content;
  for (index_t k = 0; k < d; ++k) content += (k > 0 ? ",f" : "f") + std::to_string(k);
  for (int i = 0; i < 2; ++i) {
    content += '\n';
    for (index_t k = 0; k < d; ++k) content += (k > 0 ? "," : "") + std::to_string(k % 7);
  }
  const auto data = read(content, {.target = "f999999"});
  CHECK(data.X.n_rows == d - 1);
  CHECK(data.X.n_cols == 2);
  CHECK(data.X(999998, 1) == 999998 % 7);
  CHECK(data.y[1] == 999999 % 7);
  CHECK(data.feature_names.back() == "f999998");
  CHECK(error_of(content + ",1") == "FILE:3: expected 1000000 fields, as in line 1, found 1000001");
  CHECK(error_of(content, {.target = "t"}).ends_with("'f18', 'f19', ... (1000000)"));
}

TEST_CASE("the first line with an error is the one to be told", "[data][csv]") {
  CHECK(error_of("a,b\n1,x\n1\n") ==
        "FILE:2: column 'b' (column 2) holds 'x', not a number; encode categories as numbers "
        "first");
  CHECK(error_of("a,b\n1\n1,x\n") == "FILE:2: expected 2 fields, as in line 1, found 1");
  // Both in one line: the number of fields explains the rest.
  CHECK(error_of("a,b\n1,x,3\n") == "FILE:2: expected 2 fields, as in line 1, found 3");
  CHECK(error_of("a,b\nx\n") == "FILE:2: expected 2 fields, as in line 1, found 1");
}

TEST_CASE("data and errors are the same for any number of threads", "[data][csv]") {
  std::string content = "a,b,c,d\n";
  const index_t n = 70000;  // some blocks of lines
  for (index_t i = 0; i < n; ++i) {
    content += std::to_string(i) + ",0." + std::to_string(i * 7919 % 100003) + "," +
               (i % 3 == 0 ? "red" : "blue") + "," + (i % 1000 == 17 ? "" : "1.5e-3") + "\n";
  }
  REQUIRE(content.size() > 3 * (std::size_t{1} << 19));
  for (const auto missing : {CsvOptions::Missing::mean, CsvOptions::Missing::drop}) {
    const auto load = [&](int threads) {
      return read(content,
                  {.target = "b", .one_hot = {"c"}, .missing = missing, .threads = threads});
    };
    const auto one = load(1);
    CHECK(one.X.n_rows == 4);
    CHECK(one.X.n_cols == n - one.dropped_rows);
    CHECK(one.dropped_rows == (missing == CsvOptions::Missing::drop ? n / 1000 : 0));
    CHECK(one.X(0, one.X.n_cols - 1) == n - 1);
    CHECK(one.y[0] == 0.0);
    CHECK(one.y[1] == 0.7919);
    for (const int threads : {2, 3, 7}) {
      const auto data = load(threads);
      CHECK(same(data.X, one.X));
      CHECK(same<double>(data.y, one.y));
      CHECK(data.layout == one.layout);
    }
  }
  const auto error = [&](const std::string& bad, int threads) {
    return error_of(bad,
                    {.one_hot = {"c"}, .missing = CsvOptions::Missing::mean, .threads = threads});
  };
  std::string bad = content;
  for (const std::size_t at : {content.size() / 3, content.size() / 2, content.size() - 5}) {
    bad[bad.find("1.5e-3", at - 40)] = 'x';
  }
  for (const int threads : {1, 2, 3, 7}) CHECK(error(bad, threads) == error(bad, 1));
  CHECK(error(bad, 1).starts_with("FILE:2"));
}

TEST_CASE("a table is read from the standard input", "[data][csv]") {
  const TemporaryFile file("a,b\n1,2\n3,x\n");
  CHECK(mercer::test::with_standard_input(
            file.path(),
            [] { return parse_error_of("-", [](const auto& path) { load_csv<double>(path); }); }) ==
        "<stdin>:3: column 'b' (column 2) holds 'x', not a number; encode categories as numbers "
        "first");
  const TemporaryFile good("a,b\n1,2\n3,4\n");
  mercer::test::with_standard_input(good.path(), [] {
    CHECK(same(load_csv<double>("-").X, arma::mat{{1, 3}, {2, 4}}));
    return 0;
  });
}
