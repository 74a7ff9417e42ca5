#include "mercer/data/save_libsvm.hpp"

#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "mercer/data/load_libsvm.hpp"
#include "support/catch.hpp"
#include "support/temporary_file.hpp"

using mercer::Col;
using mercer::Dataset;
using mercer::load_libsvm;
using mercer::load_libsvm_sparse;
using mercer::Mat;
using mercer::save_libsvm;
using mercer::SparseDataset;
using mercer::test::TemporaryFile;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Mat<double> one(double value) { return Mat<double>(1, 1, arma::fill::value(value)); }

}  // namespace

TEMPLATE_TEST_CASE("data are written as they are read, zeros left out", "[data][libsvm]", float,
                   double) {
  using T = TestType;
  const TemporaryFile file("old");
  const Mat<T> X = {{T(0.1), 0, 0}, {0, 0, -1}, {T(1e30), 0, 3}};
  const Col<T> y = {1, -1, T(2.5)};
  save_libsvm(file.path(), Dataset<T>{.X = X, .y = y});
  CHECK(content_of(file.path()) == "1 1:0.1 3:1e+30\n-1\n2.5 2:-1 3:3\n");
  save_libsvm(file.path(), SparseDataset<T>{arma::SpMat<T>(X), y});
  CHECK(content_of(file.path()) == "1 1:0.1 3:1e+30\n-1\n2.5 2:-1 3:3\n");
  save_libsvm(file.path(), Dataset<T>{.X = X});
  CHECK(content_of(file.path()) == "0 1:0.1 3:1e+30\n0\n0 2:-1 3:3\n");

  const Mat<T> large(40, 3000, arma::fill::randn);
  const Col<T> labels(3000, arma::fill::randn);
  save_libsvm(file.path(), Dataset<T>{.X = large, .y = labels});
  const auto dense = load_libsvm<T>(file.path());
  const auto sparse = load_libsvm_sparse<T>(file.path());
  CHECK(arma::approx_equal(dense.X, large, "absdiff", 0));
  CHECK(arma::approx_equal(dense.y, labels, "absdiff", 0));
  CHECK(arma::approx_equal(Mat<T>(sparse.X), large, "absdiff", 0));
}

TEST_CASE("data that LIBSVM cannot read are not written", "[data][libsvm]") {
  const TemporaryFile file("old");
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(save_libsvm(file.path(), Dataset<double>()), std::invalid_argument);
  CHECK_THROWS_AS(save_libsvm(file.path(), Dataset<double>{.X = one(infinity)}),
                  std::invalid_argument);
  CHECK_THROWS_AS(save_libsvm(file.path(), Dataset<double>{.X = one(1), .y = {-infinity}}),
                  std::invalid_argument);
  CHECK_THROWS_WITH(save_libsvm(file.path(), Dataset<double>{.X = one(1), .y = {1, 2}}),
                    "save_libsvm: y must have 1 rows (one per point), has 2");
  CHECK_THROWS_WITH(save_libsvm(file.path(), SparseDataset<double>()), "save_libsvm: X is empty");
  CHECK_THROWS_WITH(
      save_libsvm(file.path(), SparseDataset<double>{arma::sp_mat(one(infinity)), {}}),
      "save_libsvm: X must be finite");
  CHECK(content_of(file.path()) == "old");
}
