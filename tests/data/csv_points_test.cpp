// Missing numbers and their means.
#include "data/csv_points.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::CsvOptions;
using mercer::load_csv;
using mercer::Mat;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;
using Missing = CsvOptions::Missing;

namespace {

std::string error_of(const std::string& content, const CsvOptions& options) {
  const TemporaryFile file(content);
  return parse_error_of(file.path(), [&](const auto& path) { load_csv<double>(path, options); });
}

}  // namespace

TEMPLATE_TEST_CASE("the mean of the others stands for a missing number", "[data][csv]", float,
                   double) {
  using T = TestType;
  for (const std::string missing :
       {"", " ", "\"\"", "?", "NA", "N/A", "n/a", "<NA>", "null", "NULL", "nan", "NaN", "NAN"}) {
    CAPTURE(missing);
    const TemporaryFile file("a,b\n1,2\n" + missing + ",4\n4,-0.5\n" + missing + ",0.5\n");
    const auto data = load_csv<T>(file.path(), {.missing = Missing::mean});
    CHECK(arma::approx_equal(data.X, Mat<T>{{1, T(2.5), 4, T(2.5)}, {2, 4, T(-0.5), T(0.5)}},
                             "absdiff", 0));
    CHECK(data.layout.columns[0].mean == 2.5);
    CHECK(data.layout.columns[1].mean == 1.5);
    CHECK(data.dropped_rows == 0);
    CHECK(data.filled_values == 2);
    const auto other = load_csv<T>(file.path(), {.layout = data.layout});
    CHECK(other.filled_values == 2);
    CHECK(load_csv<T>(file.path(), {.missing = Missing::drop}).filled_values == 0);
  }
}

TEST_CASE("where there is no mean a missing value is refused", "[data][csv]") {
  CHECK(error_of("a,b\n1,\n2,NA\n", {.missing = Missing::mean}) ==
        "FILE: column 'b' (column 2) has no value to take the mean of");
  CHECK(error_of("a\n1e308\n1e308\n\"\"\n", {.missing = Missing::mean}) ==
        "FILE: column 'a' (column 1) has values whose sum is out of the range of double");
  CHECK(error_of("a,t\n1,2\n2,NA\n", {.target = "t", .missing = Missing::mean}) ==
        "FILE:3: column 't' (column 2) holds 'NA': a missing value");
  CHECK(error_of("a,t\n1,2\n2,nan\n", {.target = "t", .missing = Missing::mean}) ==
        "FILE:3: column 't' (column 2) holds 'nan', not a finite number");
  CHECK(error_of("a,t\n1,2\n-inf,3\n", {.missing = Missing::mean}) ==
        "FILE:3: column 'a' (column 1) holds '-inf', not a finite number");
}
