#include "mercer/data/save_csv.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "mercer/data/load_csv.hpp"
#include "support/catch.hpp"
#include "support/standard_streams.hpp"
#include "support/temporary_file.hpp"

using mercer::Col;
using mercer::Dataset;
using mercer::load_csv;
using mercer::Mat;
using mercer::save_csv;
using mercer::test::TemporaryFile;
using Names = std::vector<std::string>;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEMPLATE_TEST_CASE("a data set is written as it is read", "[data][csv]", float, double) {
  using T = TestType;
  const TemporaryFile file;
  Dataset<T> data;
  data.X = Mat<T>(3, 3000, arma::fill::randn);
  data.X(0, 0) = T(0.1);
  data.X(1, 0) = std::numeric_limits<T>::denorm_min();
  data.X(2, 0) = std::numeric_limits<T>::lowest();
  data.X(0, 1) = -T(0);
  data.y = Col<T>(3000, arma::fill::randn);
  for (const bool has_names : {false, true}) {
    if (has_names) data.feature_names = {"a,b", "say \"x\"", " c "};
    save_csv(file.path(), data);
    auto read = load_csv<T>(file.path(), {.target_column = 3});
    CHECK(std::memcmp(read.X.memptr(), data.X.memptr(), data.X.n_elem * sizeof(T)) == 0);
    CHECK(arma::approx_equal(read.y, data.y, "absdiff", 0));
    CHECK(read.feature_names == (has_names ? Names{"a,b", "say \"x\"", " c "} : Names{}));
    CHECK(read.target_name == (has_names ? "target" : ""));
  }
}

TEST_CASE("numbers are short, classes are words", "[data][csv]") {
  const TemporaryFile file("old");
  Dataset<double> data = {{{0.1, 2}, {1e300, -3}}, {1, 0}, {"a", "b;c"}, "kind", {}, 0};
  save_csv(file.path(), data);
  CHECK(content_of(file.path()) == "a,\"b;c\",kind\n0.1,1e+300,1\n2,-3,0\n");
  data.layout.class_names = {"cat", "a dog"};
  save_csv(file.path(), data);
  CHECK(content_of(file.path()) == "a,\"b;c\",kind\n0.1,1e+300,\"a dog\"\n2,-3,cat\n");
  data.y.reset();
  save_csv(file.path(), data);
  CHECK(content_of(file.path()) == "a,\"b;c\"\n0.1,1e+300\n2,-3\n");
}

TEST_CASE("a matrix is written row by row", "[data][csv]") {
  const TemporaryFile file;
  save_csv(file.path(), arma::mat{{1, 2, 3}, {4, 5.5, 6}});
  CHECK(content_of(file.path()) == "1,2,3\n4,5.5,6\n");
  save_csv(file.path(), arma::fmat{{1, 2}, {4, 0.1f}}, {"x", "y"});
  CHECK(content_of(file.path()) == "x,y\n1,2\n4,0.1\n");
  mercer::test::with_standard_output(file.path(),
                                     [] { save_csv("-", arma::mat(1, 1, arma::fill::ones)); });
  CHECK(content_of(file.path()) == "1\n");
}

TEST_CASE("what is no table is not written", "[data][csv]") {
  const TemporaryFile file("old");
  Dataset<double> data = {{{1, 2}}, {0, 1}, {"a"}, "t", {}, 0};
  const auto check = [&](const Dataset<double>& bad, const std::string& message) {
    CHECK_THROWS_WITH(save_csv(file.path(), bad), message);
    CHECK(content_of(file.path()) == "old");
  };
  auto bad = data;
  bad.feature_names = {"a", "b"};
  check(bad, "save_csv: feature_names must have 1 names (one per feature), has 2");
  bad = data;
  bad.feature_names = {"a\nb"};
  check(bad, "save_csv: the name 'a?b' must not hold a line end");
  bad = data;
  bad.y = {1};
  check(bad, "save_csv: y must have 2 rows (one per point), has 1");
  bad = data;
  bad.layout.class_names = {"x"};
  check(bad, "save_csv: y(1) must be one of 1 classes, is 1");
  bad.layout.class_names = {"x", "y"};
  bad.y[0] = 0.5;
  check(bad, "save_csv: y(0) must be one of 2 classes, is 0.5");
  CHECK_THROWS_AS(save_csv(file.path(), Dataset<double>()), std::invalid_argument);
  CHECK_THROWS_WITH(save_csv(file.path(), arma::mat()), "save_csv: M has no elements");
  CHECK_THROWS_WITH(save_csv(file.path(), arma::mat{{1, 2}}, {"a"}),
                    "save_csv: there must be 2 names (one per column of M), there are 1");
}
