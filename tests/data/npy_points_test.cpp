// The fixtures are written by NumPy 1.24: tests/data/fixtures/make_npy.py.
#include "mercer/data/npy_points.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>

#include "mercer/data/load_npy.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/temporary_file.hpp"

using namespace mercer;
using test::parse_error_of;
using test::same_bits;
using test::TemporaryFile;

namespace {

std::string fixture(const std::string& name) {
  return MERCER_SOURCE_DIR "/tests/data/fixtures/" + name + ".npy";
}

// The bytes of a file of version 1.0 that holds rows of three doubles, C order.
std::string file_of(const arma::mat& points) {
  std::string dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (" +
                           std::to_string(points.n_cols) + ", 3), }";
  dictionary.resize(117, ' ');
  dictionary += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(dictionary.size());
  bytes += '\0';
  return bytes + dictionary +
         std::string(reinterpret_cast<const char*>(points.memptr()), 8 * points.n_elem);
}

template <class T>
std::string error_of(const std::string& path) {
  return parse_error_of(path, [](const auto& file) {
    const NpyPoints<T> points(file);
    Mat<T> out;
    points.read(0, points.n(), out);
  });
}

}  // namespace

TEMPLATE_TEST_CASE("points of a file are those of load_npy_points, in any parts", "[data][npy]",
                   float, double) {
  using T = TestType;
  for (const std::string name : {"f8_c", "f4_c", "f8_big_endian", "version_2", "version_3", "i1",
                                 "i8", "u2", "f8_one_dimension", "bool"}) {
    INFO(name);
    const NpyPoints<T> points(fixture(name));
    const Mat<T> all = load_npy_points<T>(fixture(name));
    REQUIRE(points.n() == all.n_cols);
    REQUIRE(points.dim() == all.n_rows);
    Mat<T> part;
    for (index_t first = 0; first <= points.n(); ++first) {
      for (index_t count = 0; count <= points.n() - first; ++count) {
        points.read(first, count, part);
        REQUIRE(part.n_rows == all.n_rows);
        REQUIRE(part.n_cols == count);
        if (count > 0) CHECK(same_bits<T>(part, all.cols(first, first + count - 1)));
      }
    }
  }
}

TEST_CASE("panels of a long file are read in any order", "[data][npy]") {
  const arma::mat X = test::normal_matrix<double>(3, 5000, 41);
  const TemporaryFile file(file_of(X));
  const NpyPoints<double> points(file.path());
  arma::mat part;
  for (const index_t first : {4990, 0, 2048, 1}) {
    points.read(first, 10, part);
    CHECK(same_bits<double>(part, X.cols(first, first + 9)));
  }
  const NpyPoints<float> narrow(file.path());
  arma::fmat floats;
  narrow.read(100, 4000, floats);
  CHECK(same_bits<float>(floats, arma::conv_to<arma::fmat>::from(X.cols(100, 4099))));
}

TEST_CASE("NpyPoints refuses what it cannot stream", "[data][npy]") {
  CHECK(error_of<double>(fixture("f8_fortran")) ==
        "FILE: the array is in Fortran order; save it in C order, with a point's features beside "
        "each other");
  CHECK(error_of<double>("no/such/file.npy") == "FILE: there is no such file");
  CHECK(error_of<double>(fixture("refused_half")) ==
        "FILE: arrays of type '<f2' are not supported, only f4, f8, i1 to i8, u1 to u8 and b1");
  CHECK(error_of<double>(fixture("refused_nan")) == "FILE: element (1, 1) is nan, not finite");

  arma::mat X = test::normal_matrix<double>(3, 3000, 42);
  X(1, 2500) = 1e300;
  const TemporaryFile file(file_of(X));
  CHECK(error_of<double>(file.path()) == "accepted");
  CHECK(error_of<float>(file.path()) == "FILE: element (2500, 1) is inf, not finite");
  X(2, 2999) = arma::datum::nan;
  const TemporaryFile other(file_of(X));
  const NpyPoints<double> points(other.path());
  arma::mat out;
  CHECK_NOTHROW(points.read(0, 2999, out));
  CHECK(error_of<double>(other.path()) == "FILE: element (2999, 2) is nan, not finite");

  CHECK_THROWS_WITH(points.read(2990, 11, out),
                    "NpyPoints::read: the points must be below 3000, the last is 3000");
  CHECK_THROWS_AS(points.read(3001, 0, out), std::invalid_argument);
  CHECK(error_of<double>(TemporaryFile(file_of(X).substr(0, 1000)).path()) ==
        "FILE: the array of 3000 x 3 elements needs 72000 bytes after the header, the file has "
        "872");
}

TEST_CASE("a file that shrinks while it is read is an error", "[data][npy]") {
  const std::string bytes = file_of(test::normal_matrix<double>(3, 4000, 43));
  const TemporaryFile file(bytes);
  const NpyPoints<double> points(file.path());
  std::filesystem::resize_file(file.path(), bytes.size() / 2);
  arma::mat out;
  CHECK_THROWS_AS(points.read(3000, 1000, out), ParseError);
  CHECK_NOTHROW(points.read(0, 1000, out));  // what is there can be read afterwards
}
