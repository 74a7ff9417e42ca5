// The fixtures are written by h5py 3.7: tests/data/fixtures/make_hdf5.py.
#include "mercer/data/load_hdf5.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::hdf5_arrays;
using mercer::Hdf5Array;
using mercer::load_hdf5;
using mercer::load_hdf5_dataset;
using mercer::Mat;
using mercer::save_hdf5;
using mercer::test::parse_error_of;
using mercer::test::TemporaryFile;

namespace {

std::string fixture(const std::string& name) {
  return MERCER_SOURCE_DIR "/tests/data/fixtures/" + name;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class T = double>
std::string error_of_file(const std::string& path, const std::string& name = "") {
  return parse_error_of(path, [&](const auto& file) { load_hdf5<T>(file, name); });
}

std::string error_of(const std::string& content) {
  return error_of_file(TemporaryFile(content).path());
}

template <class T>
void check_same(const Mat<T>& found, const Mat<T>& expected) {
  REQUIRE(found.n_rows == expected.n_rows);
  REQUIRE(found.n_cols == expected.n_cols);
  CHECK(arma::approx_equal(found, expected, "absdiff", 0));
}

}  // namespace

TEMPLATE_TEST_CASE("rows of HDF5 arrays are points", "[data][hdf5]", float, double) {
  using T = TestType;
  const Mat<T> X = {{T(1.5), 4}, {-2, T(5.25)}, {3, -6}};
  for (const std::string name :
       {"f8", "f4", "f2", "f8_big_endian", "group/inner/compressed", "/f8"}) {
    CAPTURE(name);
    check_same(load_hdf5<T>(fixture("types.h5"), name), X);
  }
  check_same(load_hdf5<T>(fixture("types.h5"), "i2"), Mat<T>{{0, -32768}, {1, 32767}});
  check_same(load_hdf5<T>(fixture("types.h5"), "u8"), Mat<T>{{0, T(9007199254740992)}});
  check_same(load_hdf5<T>(fixture("types.h5"), "one_dimension"), Mat<T>{{T(1.5), -2, 3}});
  check_same(load_hdf5<T>(fixture("one.hdf5")), X);
}

TEST_CASE("the arrays of a file are listed", "[data][hdf5]") {
  const std::vector<Hdf5Array> arrays = hdf5_arrays(fixture("types.h5"));
  REQUIRE(arrays.size() == 8);
  CHECK(arrays[0] == Hdf5Array{"f2", {2, 3}, "float of 2 bytes"});
  CHECK(arrays[4] == Hdf5Array{"group/inner/compressed", {2, 3}, "float of 8 bytes"});
  CHECK(arrays[5] == Hdf5Array{"i2", {2, 2}, "integer of 2 bytes"});
  CHECK(arrays[6] == Hdf5Array{"one_dimension", {3}, "float of 8 bytes"});
  CHECK(hdf5_arrays(fixture("no_array.h5")).empty());
}

TEST_CASE("arrays that are no points are refused", "[data][hdf5]") {
  const auto error_of_array = [](const std::string& name) {
    return error_of_file(fixture("refused.h5"), name);
  };
  CHECK(error_of_array("text") == "FILE: the array 'text' holds no numbers, its type is text");
  CHECK(error_of_array("complex") ==
        "FILE: the array 'complex' holds no numbers, its type is other");
  CHECK(error_of_array("boolean") ==
        "FILE: the array 'boolean' holds no numbers, its type is other");
  CHECK(error_of_array("three_dimensions") ==
        "FILE: the array 'three_dimensions' has 3 dimensions, 1 or 2 are needed");
  CHECK(error_of_array("no_dimension") ==
        "FILE: the array 'no_dimension' has 0 dimensions, 1 or 2 are needed");
  CHECK(error_of_array("empty") == "FILE: the array 'empty' is empty: 0 x 3");
  CHECK(error_of_array("nan") == "FILE: the array 'nan': element (1, 1) is nan, not finite");
  CHECK(error_of_array("claims") ==
        "FILE: the array 'claims' of 1000000 x 1000000 elements is larger than the file can hold");
  for (const std::string name : {"external", "virtual"}) {
    CHECK(error_of_array(name) ==
          "FILE: the array '" + name + "' has its data in other files, which is not supported");
  }
  CHECK(error_of_array("elsewhere").starts_with("FILE: has no array 'elsewhere'; the arrays are "));
  CHECK(error_of_file<float>(fixture("refused.h5"), "large") ==
        "FILE: the array 'large': element (1, 0) is inf, not finite");
  CHECK(error_of_file(fixture("types.h5"), "x")
            .starts_with("FILE: has no array 'x'; the arrays are 'f2', "));
  CHECK(error_of_file(fixture("types.h5"))
            .starts_with("FILE: holds several arrays, give a name: 'f2', "));
  CHECK(error_of_file(fixture("no_array.h5")) == "FILE: holds no array");
  CHECK(error_of_file(fixture("no_array.h5"), "x") == "FILE: has no array 'x', it holds none");
}

TEST_CASE("files that are no HDF5 files are refused", "[data][hdf5]") {
  CHECK(error_of_file("no/such/file.h5") == "FILE: there is no such file");
  CHECK(error_of_file(std::filesystem::temp_directory_path().string()) == "FILE: is a directory");
  CHECK(parse_error_of("-", [](const auto& path) { load_hdf5<double>(path); }) ==
        "<stdin>: an HDF5 file cannot be read from the standard input");
  const std::string other = "FILE: is not an HDF5 file: it does not begin with \\x89HDF";
  CHECK(error_of("") == other);
  CHECK(error_of("a,b\n1,2\n") == other);
  CHECK(error_of("\x89HDF\r\n\x1a\n") == "FILE: the file ends within its superblock");
}

TEST_CASE("an HDF5 file that is cut somewhere is refused", "[data][hdf5]") {
  const std::string good = bytes_of(fixture("one.hdf5"));
  CHECK(error_of(good) == "accepted");
  for (std::size_t size = 0; size < good.size(); size += 7) {
    CAPTURE(size);
    CHECK(error_of(good.substr(0, size)).starts_with("FILE: "));
  }
}

TEMPLATE_TEST_CASE("what is saved as HDF5 reads back", "[data][hdf5]", float, double) {
  using T = TestType;
  const TemporaryFile file("old");
  const Mat<T> X(37, 211, arma::fill::randn);
  const mercer::Col<T> y(211, arma::fill::randn);
  save_hdf5(file.path(), X, "group/points");
  CHECK(hdf5_arrays(file.path()) ==
        std::vector<Hdf5Array>{
            {"group/points", {211, 37}, "float of " + std::to_string(sizeof(T)) + " bytes"}});
  check_same(load_hdf5<T>(file.path()), X);
  save_hdf5(file.path(), mercer::Dataset<T>{.X = X, .y = y});
  check_same(load_hdf5_dataset<T>(file.path()).X, X);
  check_same<T>(load_hdf5_dataset<T>(file.path()).y, y);
  CHECK(load_hdf5_dataset<T>(file.path()).target_name == "y");
  save_hdf5(file.path(), mercer::Dataset<T>{.X = X});
  CHECK(load_hdf5_dataset<T>(file.path()).y.is_empty());
}

TEST_CASE("data sets whose parts do not fit are refused", "[data][hdf5]") {
  CHECK(parse_error_of(fixture("one.hdf5"), [](const auto& path) {
          load_hdf5_dataset<double>(path);
        }) == "FILE: has no array 'X'; the arrays are 'points'");
}

TEST_CASE("what cannot be saved as HDF5 is refused", "[data][hdf5]") {
  const TemporaryFile file("old");
  const arma::mat one(1, 1, arma::fill::ones);
  CHECK_THROWS_WITH(save_hdf5(file.path(), arma::mat()), "save_hdf5: M has no elements");
  for (const std::string name : {"", "/a", "a/", "a//b", ".", "a/./b"}) {
    CHECK_THROWS_WITH(save_hdf5(file.path(), one, name),
                      "save_hdf5: name must be names with one / between them, is '" + name + "'");
  }
  CHECK_THROWS_WITH(save_hdf5(file.path(), mercer::Dataset<double>{.X = one, .y = {1, 2}}),
                    "save_hdf5: y must have 1 rows (one per point), has 2");
  CHECK(bytes_of(file.path()) == "old");
  CHECK(parse_error_of("no/such/folder/a.h5", [&](const auto& path) { save_hdf5(path, one); }) ==
        "FILE: the file cannot be written: No such file or directory");
  CHECK(parse_error_of("-", [&](const auto& path) { save_hdf5(path, one); }) ==
        "<stdout>: an HDF5 file cannot be written to the standard output");
}
