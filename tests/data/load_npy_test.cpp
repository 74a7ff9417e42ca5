// The fixtures are written by NumPy 1.24: tests/data/fixtures/make_npy.py.
#include "mercer/data/load_npy.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::Col;
using mercer::load_npy;
using mercer::load_npy_points;
using mercer::Mat;
using mercer::save_npy;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;

namespace {

std::string fixture(const std::string& name) {
  return MERCER_SOURCE_DIR "/tests/data/fixtures/" + name + ".npy";
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string error_of_file(const std::string& path) {
  return parse_error_of(path, [](const auto& file) { load_npy<double>(file); });
}

std::string error_of(const std::string& content) {
  return error_of_file(TemporaryFile(content).path());
}

// A file of version 1.0 with this dictionary and this many bytes of zeros after it.
std::string error_of_header(const std::string& dictionary, std::size_t data_bytes = 0) {
  std::string content("\x93NUMPY\x01\x00", 8);
  content += static_cast<char>(dictionary.size());
  content += '\0';
  const TemporaryFile file(content + dictionary + std::string(data_bytes, '\0'));
  return error_of_file(file.path());
}

template <class T>
void check_same(const Mat<T>& found, const Mat<T>& expected) {
  REQUIRE(found.n_rows == expected.n_rows);
  REQUIRE(found.n_cols == expected.n_cols);
  CHECK(arma::approx_equal(found, expected, "absdiff", 0));
}

}  // namespace

TEMPLATE_TEST_CASE("arrays look as NumPy shows them", "[data][npy]", float, double) {
  using T = TestType;
  const Mat<T> a = {{T(1.5), -2, 3}, {4, T(5.25), -6}};
  for (const std::string name :
       {"f8_c", "f8_fortran", "f4_c", "f8_big_endian", "version_2", "version_3"}) {
    INFO(name);
    check_same(load_npy<T>(fixture(name)), a);
    check_same<T>(load_npy_points<T>(fixture(name)), a.t());
  }
  check_same<T>(load_npy<T>(fixture("f8_one_dimension")), Col<T>{T(1.5), -2, 3});
  check_same(load_npy_points<T>(fixture("f8_one_dimension")), Mat<T>{{T(1.5), -2, 3}});
}

TEMPLATE_TEST_CASE("integers and bool are converted", "[data][npy]", float, double) {
  using T = TestType;
  const auto check_type = [](const std::string& name, auto low, auto high) {
    INFO(name);
    check_same(load_npy<T>(fixture(name)),
               Mat<T>{{0, 1, 2}, {static_cast<T>(low), static_cast<T>(high), 7}});
  };
  check_type("i1", INT8_MIN, INT8_MAX);
  check_type("i2", INT16_MIN, INT16_MAX);
  check_type("i4", INT32_MIN, INT32_MAX);
  check_type("i8", INT64_MIN, INT64_MAX);
  check_type("u1", 0, UINT8_MAX);
  check_type("u2", 0, UINT16_MAX);
  check_type("u4", 0, UINT32_MAX);
  check_type("u8", 0, UINT64_MAX);
  check_same(load_npy<T>(fixture("bool")), Mat<T>{{1, 0, 1}});
}

TEST_CASE("other arrays are refused", "[data][npy]") {
  const auto error_of_fixture = [](const std::string& name) {
    return error_of_file(fixture("refused_" + name));
  };
  const std::string supported = " are not supported, only f4, f8, i1 to i8, u1 to u8 and b1";
  CHECK(error_of_fixture("half") == "FILE: arrays of type '<f2'" + supported);
  CHECK(error_of_fixture("complex") == "FILE: arrays of type '<c16'" + supported);
  CHECK(error_of_fixture("object") == "FILE: arrays of type '|O'" + supported);
  CHECK(error_of_fixture("text") == "FILE: arrays of type '<U3'" + supported);
  CHECK(error_of_fixture("fields") == "FILE: arrays with named fields are not supported");
  CHECK(error_of_fixture("three_dimensions") ==
        "FILE: the array has 3 dimensions, 1 or 2 are needed");
  CHECK(error_of_fixture("no_dimension") == "FILE: the array has 0 dimensions, 1 or 2 are needed");
  CHECK(error_of_fixture("empty") == "FILE: the array is empty: 0 x 3");
  CHECK(error_of_fixture("nan") == "FILE: element (1, 1) is nan, not finite");
  CHECK(parse_error_of(fixture("refused_nan"), [](const auto& path) {
          load_npy_points<double>(path);
        }) == "FILE: element (1, 1) is nan, not finite");
}

TEST_CASE("damaged files are refused", "[data][npy]") {
  CHECK(error_of_file("no/such/file.npy") == "FILE: there is no such file");
  CHECK(error_of_file(std::filesystem::temp_directory_path().string()) == "FILE: is a directory");
  const std::string other = "FILE: is not a .npy file: it does not begin with \\x93NUMPY";
  CHECK(error_of("") == other);
  CHECK(error_of("\x93NUM") == other);
  CHECK(error_of("PK\x03\x04 an .npz file") == other);

  const std::string good = bytes_of(fixture("f8_c"));
  REQUIRE(good.size() == 176);
  CHECK(error_of(good) == "accepted");
  CHECK(error_of(good.substr(0, 7)) == "FILE: the file ends within the version");
  CHECK(error_of(good.substr(0, 9)) == "FILE: the file ends within the header");
  CHECK(error_of(good.substr(0, 100)) == "FILE: the file ends within the header");
  CHECK(error_of(good.substr(0, 175)) ==
        "FILE: the array of 2 x 3 elements needs 48 bytes after the header, the file has 47");
  CHECK(error_of(good.substr(0, 128)) ==
        "FILE: the array of 2 x 3 elements needs 48 bytes after the header, the file has 0");
  CHECK(error_of(good + "x") ==
        "FILE: the array of 2 x 3 elements needs 48 bytes after the header, the file has 49");
  std::string unknown = good;
  unknown[6] = 4;
  CHECK(error_of(unknown) == "FILE: has the unknown version 4.0");
  // Every file that is cut somewhere ends in a ParseError.
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(error_of(good.substr(0, size)) != "accepted");
  }
}

TEST_CASE("headers are read literally", "[data][npy]") {
  CHECK(error_of_header("{'descr':'<f8','fortran_order':False,'shape':(1,2)}", 16) == "accepted");
  CHECK(error_of_header("{\"shape\": (2L,), \"fortran_order\": True, \"descr\": \"<f8\"}\n", 16) ==
        "accepted");
  CHECK(error_of_header("{'descr': '<f8', 'fortran_order': False, }") ==
        "FILE: the header lacks one of descr, fortran_order and shape");
  CHECK(error_of_header("{'descr': '<f8', 'order': 'C'}") ==
        "FILE: the header has the unknown key 'order'");
  CHECK(error_of_header("{'descr': '<f8") == "FILE: the header has a string without an end");
  CHECK(error_of_header("{'descr': '<f8'") ==
        "FILE: the header is not that of a .npy file: expected '}' before ''");
  CHECK(error_of_header("['descr']") ==
        "FILE: the header is not that of a .npy file: expected '{' before '['descr']'");
  CHECK(error_of_header("{} x") == "FILE: the header goes on after its closing brace");
  CHECK(error_of_header("{'shape': (-1, 2)}") ==
        "FILE: the shape holds '-1, 2)}', not a size below 2^64");
  CHECK(error_of_header("{'shape': (4294967296, 4294967296)}") ==
        "FILE: the array of 4294967296 x 4294967296 elements is larger than any file");
  CHECK(error_of_header("{'shape': (99999999999999999999, 1)}") ==
        "FILE: the shape holds '99999999999999999999, 1)}', not a size below 2^64");
  // A large array that the file does not have must not be allocated.
  CHECK(error_of_header("{'descr':'<f8','fortran_order':True,'shape':(1000000000,1000000000)}") ==
        "FILE: the array of 1000000000 x 1000000000 elements needs 8000000000000000000 bytes after "
        "the header, the file has 0");
}

TEMPLATE_TEST_CASE("what is saved is what NumPy saves, and reads back", "[data][npy]", float,
                   double) {
  using T = TestType;
  const Mat<T> a = {{T(1.5), -2, 3}, {4, T(5.25), -6}};
  const TemporaryFile file;
  save_npy(file.path(), a);
  if (sizeof(T) == 8) CHECK(bytes_of(file.path()) == bytes_of(fixture("f8_fortran")));
  check_same(load_npy<T>(file.path()), a);

  const Mat<T> large(137, 211, arma::fill::randu);  // more than a reader's buffer
  save_npy(file.path(), large);
  check_same(load_npy<T>(file.path()), large);
  check_same<T>(load_npy_points<T>(file.path()), large.t());
}

TEST_CASE("what cannot be saved is refused", "[data][npy]") {
  const TemporaryFile file;
  CHECK_THROWS_WITH(save_npy(file.path(), arma::mat()), "save_npy: M has no elements");
  CHECK(parse_error_of("no/such/folder/a.npy", [](const auto& path) {
          save_npy(path, arma::mat(1, 1, arma::fill::ones));
        }) == "FILE: the file cannot be written: No such file or directory");
}

TEST_CASE("a double beyond the range of float is refused", "[data][npy]") {
  const TemporaryFile file;
  save_npy(file.path(), arma::mat{{1, 1e300}});
  CHECK(parse_error_of(file.path(), [](const auto& path) { load_npy<float>(path); }) ==
        "FILE: element (0, 1) is inf, not finite");
}
